import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { parse } from "yaml";
import { z } from "zod";
import { settingsSchema } from "../components/settings/schema";
import { validate } from "../components/settings/validate";

const read = (name: string) =>
  parse(fs.readFileSync(path.join(__dirname, "..", name), "utf8")) as { config: Record<string, unknown> };

interface Declared {
  type: string;
  default: unknown;
  description: string;
}

describe("Pulumi.yaml", () => {
  const declared = read("Pulumi.yaml").config as unknown as Record<string, Declared>;

  it("declares the program's keys, all of them and no others", () => {
    const schema = z.toJSONSchema(settingsSchema, { io: "input", unrepresentable: "any" }) as { properties: object };
    expect(Object.keys(declared).sort()).toEqual(Object.keys(schema.properties).sort());
  });

  it("has type, default and description for each: Pulumi asks for a key without default", () => {
    for (const [key, { type, default: value, description }] of Object.entries(declared)) {
      expect([key, type, value === undefined, description.length > 20]).toEqual([key, type, false, true]);
    }
  });

  it("has the program's own defaults", () => {
    const defaults = Object.fromEntries(Object.entries(declared).map(([key, { default: value }]) => [key, value]));
    const withDefaults = validate({ ...defaults, clusterName: "dev" });
    expect(withDefaults.problems).toEqual([]);
    expect(withDefaults.settings).toEqual(validate({ clusterName: "dev" }).settings);
  });
});

describe.each(["dev", "prod"])("Pulumi.%s.yaml", (stack) => {
  it("is valid", () => {
    const config = read(`Pulumi.${stack}.yaml`).config;
    const raw = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace(/^hostroute:/, ""), value]),
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
    const file = path.join(root, at, "tsconfig.json");
    const { options, fileNames, errors } = ts.getParsedCommandLineOfConfigFile(file, undefined, {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
        throw new Error(JSON.stringify(messageText));
      },
    })!;
    return { options, errors, files: fileNames.map((name) => path.relative(root, name)) };
  };
  const program = project(".");
  const all = [program, ...[...scripts.typecheck.matchAll(/--project (\S+)/g)].map(([, at]) => project(at!))];

  it("cover every TypeScript file", () => {
    const checked = all.flatMap(({ files }) => files);
    const own = ts.sys
      .readDirectory(root, [".ts", ".cts", ".mts"], ["node_modules", ".*", "bin", "coverage", "reports"])
      .map((name) => path.relative(root, name));
    expect(own.filter((name) => !checked.includes(name))).toEqual([]);
    expect(all.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it("keep jest's globals out of the program", () => {
    expect(program.options.types).toEqual(["node"]);
    expect(program.files.filter((name) => /^tests\/|\.(test|check)\.ts$/.test(name))).toEqual([]);
  });

  it("silence no deprecation", () => {
    expect(all.map(({ options }) => options.ignoreDeprecations)).toEqual(all.map(() => undefined));
  });
});
