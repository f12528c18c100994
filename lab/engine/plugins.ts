import * as fs from "node:fs";
import * as path from "node:path";
import { root, stateDir } from "../paths";
import { bundledPlugins } from "./bundles";
import { ProviderPackage } from "./packages";

const engineDir = path.join(stateDir, "engine");
/** What goes before everything else on the PATH: the CLI, where the lab built it, and the language host. */
export const binDir = path.join(engineDir, "bin");

/** Puts the CLI where its language host stands beside it: there the engine looks first, and without a warning. */
export function placeCli(file: string, folder = binDir): string {
  const placed = path.join(folder, "pulumi");
  fs.mkdirSync(folder, { recursive: true });
  fs.rmSync(placed, { force: true });
  try {
    fs.linkSync(file, placed);
  } catch {
    fs.copyFileSync(file, placed); // the cache is on another file system
  }
  return placed;
}

/** Installs the lab's language host for Node.js, and npm's host of dynamic providers, beside the CLI. */
export async function placeLanguageHost(folder = binDir): Promise<void> {
  const fileOf = await bundledPlugins();
  fs.mkdirSync(folder, { recursive: true });
  writeLauncher(path.join(folder, "pulumi-language-nodejs"), fileOf("language"));
  const dynamic = path.join(folder, "pulumi-resource-pulumi-nodejs");
  fs.copyFileSync(path.join(root, "node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs"), dynamic);
  fs.chmodSync(dynamic, 0o755);
}

/**
 * Installs the lab's own providers as if the engine had downloaded them.
 * @param home the PULUMI_HOME that is to have them
 * @returns that
 */
export async function placeProviders(
  packages: readonly ProviderPackage[],
  home = path.join(engineDir, "home"),
): Promise<string> {
  const fileOf = await bundledPlugins();
  for (const { name, version } of packages) {
    const target = path.join(home, "plugins", `resource-${name}-v${version}`);
    fs.mkdirSync(target, { recursive: true });
    writeLauncher(path.join(target, `pulumi-resource-${name}`), fileOf("main"), name, version);
  }
  return home;
}

/** Has the engine find a program of Node.js in a file. `exec`: its signals, and a plugin's watch over its parent, have to reach the program itself. */
export function writeLauncher(file: string, ...args: string[]): void {
  const command = [process.execPath, ...args].map((word) => `'${word}'`).join(" ");
  fs.writeFileSync(file, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
}
