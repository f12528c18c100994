import * as fs from "node:fs";
import * as path from "node:path";
import { findCredentials } from "../../components/openstack/credentials";
import { openSession } from "../../components/openstack/session";
import { killMarked } from "../../lab/openstack/host";
import { inventory, orphans, removeOrphans, removePendingObjects } from "../../lab/orphans";
import { stateDir } from "../../lab/paths";
import { cloudOf } from "../../lab/plugins/openstack";
import { progress } from "../../lab/shell";
import { Deployment, kubeconfigOf } from "./deployment";
import { EngineStack } from "./stack";

/**
 * Clears away what a killed run left of a stack of the lab's, so that the next run just goes on: its lock, and what it was
 * making and had not noted yet. On an own cloud that is the operator's decision: the lock may be a colleague's.
 * @throws Error while the other run is alive
 */
export async function recover(stack: EngineStack, name: string): Promise<void> {
  const holders = lockHolders(name);
  if (holders.length === 0) return;
  const alive = holders.find(isAlive);
  if (alive !== undefined)
    throw new Error(`Another run is working on stack ${name} (process ${alive}). Wait until it ends, or end it.`);
  progress(`The last run on stack ${name} was killed; clearing away what it left`);
  endPlugins();
  await stack.cancel();
  const deployment = await stack.exported("--show-secrets");
  await removeLeftovers(stack.clusterName(), deployment);
  const { pending_operations: pending = [], resources = [] } = deployment;
  const kubeconfig = resources.map(kubeconfigOf).find((text) => text !== undefined);
  if (kubeconfig !== undefined)
    for (const path of await removePendingObjects(kubeconfig, { deployment })) progress(`  - ${path}`);
  if (pending.length > 0) await stack.refresh(["--clear-pending-creates"]);
}

/**
 * Real plugins outlive a killed engine, and finish what it asked of them: what they make after the look at what is there would be met by
 * the next run.
 */
const endPlugins = () => killMarked(/pulumi-(?:resource|language)-/);

/** What was made in OpenStack, and does not stand in the state: the next run would meet it, and fail. */
async function removeLeftovers(cluster: string, deployment: Deployment): Promise<void> {
  const session = await openSession(findCredentials(() => undefined));
  const cloud = cloudOf(
    () => session,
    () => undefined,
  );
  const found = orphans(cluster, { deployment }, await inventory(cloud));
  await removeOrphans(cloud, found, ({ type, name }) => progress(`  - ${type.split(":").at(-1)!} ${name}`));
}

/** The processes that hold, or held when they were killed, a lock of the lab's backend on a stack. */
export function lockHolders(name: string): number[] {
  const folder = path.join(stateDir, "pulumi/.pulumi/locks/organization/hostroute", name);
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => (JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) as { pid: number }).pid);
}

/** A pid may be another program's by now: only a Pulumi CLI holds a lock. */
function isAlive(pid: number): boolean {
  try {
    return path.basename(fs.readlinkSync(`/proc/${pid}/exe`)).startsWith("pulumi");
  } catch {
    return false;
  }
}
