import * as fs from "node:fs";
import * as path from "node:path";
import Ajv from "ajv-draft-04";
import { cacheDir } from "../../lab/paths";
import { documents, parsed } from "./documents";

/** Debian 12's own schema: scripts/test-tools.sh puts it there. */
const file = path.join(cacheDir, "cloud-init", "schema-cloud-config-v1.json");

if (fs.existsSync(file)) {
  const schema = JSON.parse(fs.readFileSync(file, "utf8")) as object;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  const errors = (document: unknown) => (validate(document) ? [] : validate.errors);

  it.each(documents)("the %s is a cloud-config by Debian 12's schema", (_name, text) => {
    expect(errors(parsed(text))).toEqual([]);
  });

  it("has a schema that refuses what is wrong", () => {
    const wrong = { ...parsed(documents[0]?.[1] ?? ""), write_files: [{ path: "/x", mode: "0644" }] };
    expect(errors(wrong)).not.toEqual([]);
  });
} else {
  it.skip(`cloud-config by Debian 12's schema: ${file} is not there (scripts/test-tools.sh)`, () => undefined);
}
