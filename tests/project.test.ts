import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
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

describe("type checks", () => {
  const root = path.join(__dirname, "..");
  const { scripts } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
    scripts: { typecheck: string };
  };
  const project = (at: string) => {
    const file = path.join(root, at.endsWith(".json") ? at : `${at}/tsconfig.json`);
    const { options, fileNames, errors } = ts.getParsedCommandLineOfConfigFile(file, undefined, {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(JSON.stringify(messageText));
      },
    })!;
    return { options, errors, files: fileNames.map((name) => path.relative(root, name)) };
  };
  const all = scripts.typecheck.replace("tsc --build ", "").split(" ").map(project);
  const [program] = all;

  it("cover every TypeScript file", () => {
    const checked = all.flatMap(({ files }) => files);
    const own = ts.sys
      .readDirectory(root, [".ts", ".cts", ".mts"], ["**/node_modules", ".*", "bin", "coverage", "reports"])
      .map((name) => path.relative(root, name));
    expect(own.filter((name) => !checked.includes(name))).toEqual([]);
    expect(all.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it("keep jest's globals out of the program", () => {
    expect(program!.options.types).toEqual(["node"]);
    expect(program!.files.filter((name) => /^tests\/|\.(test|check)\.ts$/.test(name))).toEqual([]);
  });

  it("silence no deprecation", () => {
    expect(all.map(({ options }) => options.ignoreDeprecations)).toEqual(all.map(() => undefined));
  });
});
