import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { validate } from "../components/settings/validate";

const configOf = (file: string) =>
  (parse(fs.readFileSync(path.join(__dirname, "..", file), "utf8")) as { config: Record<string, unknown> }).config;

// What stands in Pulumi.yaml is generated: tests/docs.test.ts holds it against the schema.
describe("Pulumi.yaml", () => {
  const declared = Object.entries(configOf("Pulumi.yaml") as Record<string, { default?: unknown }>);

  it("has a default for each key: Pulumi asks for a key without one", () => {
    expect(declared.filter(([, { default: value }]) => value === undefined)).toEqual([]);
  });

  it("has defaults that mean the program's own", () => {
    const defaults = Object.fromEntries(declared.map(([key, { default: value }]) => [key, value]));
    const withDefaults = validate({ ...defaults, clusterName: "dev" });
    expect(withDefaults.problems).toEqual([]);
    expect(withDefaults.settings).toEqual(validate({ clusterName: "dev" }).settings);
  });
});

describe.each(["dev", "prod"])("Pulumi.%s.yaml", (stack) => {
  it("is valid", () => {
    const raw = Object.fromEntries(
      Object.entries(configOf(`Pulumi.${stack}.yaml`)).map(([key, value]) => [key.replace(/^hostroute:/, ""), value]),
    );
    expect(validate({ clusterName: stack, ...raw }).problems).toEqual([]);
  });
});
