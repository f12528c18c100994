import * as fs from "node:fs";
import * as path from "node:path";
import { Engine } from "../../lab/engine";
import { root } from "../../lab/paths";
import { run } from "../../lab/shell";

const shims = path.join(root, "node_modules", ".bin");

/**
 * Looks for a Pulumi CLI: on the PATH, else the one that npm's `pulumi` package downloads at first use.
 * @returns undefined where there is none
 */
export async function findEngine(): Promise<Engine | undefined> {
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => path.resolve(folder) !== shims);
  const onPath = folders.map((folder) => path.join(folder, "pulumi")).find((file) => fs.existsSync(file));
  const version = async (command: string, timeout: number) => (await run(command, ["version"], { timeout })).trim();
  if (onPath) return { command: onPath, why: `Pulumi ${await version(onPath, 60_000)}, found on the PATH`, env: {} };
  const shim = path.join(shims, "pulumi");
  return version(shim, 120_000).then(
    (found) => ({ command: shim, why: `Pulumi ${found}, which npx pulumi has downloaded`, env: {} }),
    () => undefined,
  );
}
