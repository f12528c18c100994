import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { existingSubnet } from "../components/settings/existingSubnet";
import { formatProblem } from "../components/settings/problem";
import { validate } from "../components/settings/validate";
import { writtenByHand } from "../scripts/docs/blocks";
import { generatedDocs } from "../scripts/generate-docs";
import { neutronSubnet } from "./fixtures";

const read = (file: string) => fs.readFileSync(path.join(__dirname, "..", file), "utf8");

it.each(Object.entries(generatedDocs()))("%s is what `npm run docs` generates now", (file, text) => {
  expect(read(file)).toBe(text);
});

it("README.md states versions of engine, providers and Node.js only where they are generated", () => {
  const stated = writtenByHand("README.md", read("README.md")).match(
    // major.minor.patch that is no part of an address, or two numbers or one right after a name.
    /(?<![\d.])\d+\.\d+\.\d+(?![.\d])|\b(?:Node\.js|engine|Pulumi|SDK|CLI)\W{1,2}v?\d[\d.]*/g,
  );
  expect(stated).toBeNull();
});

/** By its heading, the YAML below it. */
const examples = [...read("docs/configuration.md").matchAll(/^### ([^\n]*)\n(?:(?!^#).)*?^```yaml\n(.*?)^```/gms)].map(
  ([, heading, text]) => [heading!, text!] as const,
);

/** The one that an example is about. */
const SUBNET = neutronSubnet({
  ...{ cidr: "192.0.2.0/24", gateway_ip: "192.0.2.1" },
  allocation_pools: [{ start: "192.0.2.2", end: "192.0.2.99" }],
});

it.each(examples)("docs/configuration.md: %s: what it shows is taken as it is", (_heading, text) => {
  const keys = Object.entries(parse(text) as Record<string, unknown>);
  expect(keys.filter(([key]) => !key.startsWith("hostroute:"))).toEqual([]);
  const raw = Object.fromEntries(keys.map(([key, value]) => [key.replace("hostroute:", ""), value]));
  const whole = { clusterName: "dev", ...raw };
  const { problems } = validate(whole, existingSubnet(whole, SUBNET));
  // Digests of another release are left to the reader.
  expect(problems.filter(({ key }) => !key.startsWith("artifacts.sha256")).map(formatProblem)).toEqual([]);
});
