import * as fs from "node:fs";
import * as path from "node:path";
import { generatedDocs } from "../scripts/generate-docs";

it.each(Object.entries(generatedDocs()))("%s is what `npm run docs` generates now", (file, text) => {
  expect(fs.readFileSync(path.join(__dirname, "..", file), "utf8")).toBe(text);
});
