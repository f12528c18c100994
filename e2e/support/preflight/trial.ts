import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { eventLog } from "../../../cli/engine/stack";
import { stackConfig } from "../../../cli/stackFile";
import { credentials } from "../../../lab/openstack";
import { root, stateDir } from "../../../lab/paths";
import { run } from "../../../lab/shell";
import { list } from "../cloud";
import { Config, operate, pulumi, STACK } from "../stack";

/** A stack that never gets to anything: nothing of it may come to be. */
export const TRIAL = "trial";
const file = path.join(root, `Pulumi.${TRIAL}.yaml`);

/** Its file: the other stack's configuration with changes. */
export function writeTrial(change: (config: Config) => void): void {
  const config: Config = structuredClone(stackConfig(STACK));
  change(config);
  fs.writeFileSync(file, stringify({ config }));
}

/** Removes all of it, also what a killed check left. */
export async function removeTrial(): Promise<void> {
  if ((await pulumi(root, "stack", "ls", "--json")).includes(`"${TRIAL}"`)) {
    if (!fs.existsSync(file)) writeTrial(() => undefined);
    await operate("destroy", { stack: TRIAL });
    await pulumi(root, "stack", "rm", "--yes", TRIAL);
  }
  for (const left of [file, path.join(stateDir, path.basename(file)), eventLog(TRIAL)])
    fs.rmSync(left, { force: true });
}

/** `npm run preflight -- trial`, as an operator runs it: all that it says, and whether it found the plan to fit. */
export async function preflight(): Promise<{ said: string; fits: boolean }> {
  const script = `if node --import tsx cli/preflight.ts ${TRIAL} 2>&1; then echo ${FITS}; fi`;
  const said = await run("sh", ["-c", script], { cwd: root, env: { ...process.env, ...credentials }, log: "checks" });
  return { said, fits: said.trimEnd().endsWith(FITS) };
}
const FITS = "ended-without-an-error";

const LISTS: [service: string, path: string, key: string][] = [
  ...["networks", "subnets", "routers", "ports", "floatingips", "security-groups", "security-group-rules"].map(
    (plural): [string, string, string] => ["network", `/v2.0/${plural}`, plural.replaceAll("-", "_")],
  ),
  ["compute", "/servers", "servers"],
  ["compute", "/os-server-groups", "server_groups"],
  ["compute", "/os-keypairs", "keypairs"],
];

interface Item {
  id?: string;
  keypair?: { name: string };
}

/** What the project has of all that the program can make, by id or name: nothing may come or go. */
export async function inventory(): Promise<Record<string, string[]>> {
  const found = await Promise.all(
    LISTS.map(async ([service, url, key]) => {
      const items = await list<Item>(service, url, key);
      return [key, items.map(({ id, keypair }) => id ?? keypair!.name).sort()] as const;
    }),
  );
  return Object.fromEntries(found);
}
