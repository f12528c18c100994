import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { formatProblem } from "../components/settings/problem";
import { validate } from "../components/settings/validate";
import { writtenByHand } from "../scripts/docs/blocks";
import { generatedDocs } from "../scripts/generate-docs";

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

it.each(examples)("docs/configuration.md: %s: what it shows is taken as it is", (_heading, text) => {
  const keys = Object.entries(parse(text) as Record<string, unknown>);
  expect(keys.filter(([key]) => !key.startsWith("hostroute:"))).toEqual([]);
  const raw = Object.fromEntries(keys.map(([key, value]) => [key.replace("hostroute:", ""), value]));
  const { problems } = validate({ clusterName: "dev", ...raw });
  // Digests of another release are left to the reader.
  expect(problems.filter(({ key }) => !key.startsWith("artifacts.sha256")).map(formatProblem)).toEqual([]);
});
