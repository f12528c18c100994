import * as fs from "node:fs";
import * as path from "node:path";
import { stateDir } from "../../lab/paths";
import { progress } from "../../lab/shell";
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
    throw new Error(`Another run works on the stack ${name}: process ${alive}. Wait for its end, or end it.`);
  progress(`The last run on the stack ${name} was killed: what it left is cleared away`);
  await stack.cancel();
  const { pending_operations: pending = [] } = await stack.exported();
  if (pending.length > 0) await stack.refresh(["--clear-pending-creates"]);
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
