import * as fs from "node:fs";
import * as path from "node:path";
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
