import * as fs from "node:fs";
import * as path from "node:path";

/** A provider that the program's npm packages ask the engine for. */
export interface ProviderPackage {
  name: string;
  /** Without a leading v, as plugin folders are named; `@pulumi/openstack` writes it with one. */
  version: string;
}

/** The providers of the packages that a program depends on, each with the version that its npm package was made for. */
export function providerPackages(program: string): ProviderPackage[] {
  const { dependencies = {} } = readJson<{ dependencies?: object }>(path.join(program, "package.json"));
  return Object.keys(dependencies).flatMap((dependency) => {
    const { version, pulumi } = readJson<Manifest>(path.join(program, "node_modules", dependency, "package.json"));
    if (!pulumi?.resource) return [];
    return [{ name: pulumi.name ?? path.basename(dependency), version: (pulumi.version ?? version).replace(/^v/, "") }];
  });
}

interface Manifest {
  version: string;
  pulumi?: { resource?: boolean; name?: string; version?: string };
}

const readJson = <T>(file: string) => JSON.parse(fs.readFileSync(file, "utf8")) as T;
