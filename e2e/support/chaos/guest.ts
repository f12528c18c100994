import * as fs from "node:fs";
import * as path from "node:path";
import { inGuest, processOf } from "../../../lab/guest";
import { waitFor } from "../../../lab/shell";

const script = (name: string) => fs.readFileSync(path.join(__dirname, name), "utf8");

/** A shell's command line on a node. */
export const shell = (instanceId: string, command: string, timeout = 120_000) =>
  inGuest(instanceId, ["sh", "-c", command], { timeout });

/** When power is lost: see lose-power.py. */
export type Moment = readonly [kind: "now" | "file" | "started" | "active" | "process", what: string];

/**
 * Loses a node's power at a moment, without any warning, and gives it back. What the host's kernel had in its page cache is not
 * lost, unlike with a machine: it is the host's.
 * @throws Error when the moment does not come, or the node does not boot again
 */
export async function losePower(instanceId: string, [kind, what]: Moment = ["now", "-"]): Promise<void> {
  const before = await processOf(instanceId);
  const arguments_ = ["python3", "-", kind, what];
  const ended = await inGuest(instanceId, arguments_, { input: script("lose-power.py"), timeout: 300_000 }).then(
    () => "",
    (error: Error) => error.message, // it is killed with all else
  );
  if (/was not seen|no reboot: errno/.test(ended)) throw new Error(ended);
  await waitFor("the node to boot again", async () => (await processOf(instanceId)) !== before, 60_000, 100);
}

/** Kills a unit's processes without warning: see kill-unit.py. */
export const killUnit = (instanceId: string, unit: string) =>
  inGuest(instanceId, ["python3", "-", unit], { input: script("kill-unit.py"), timeout: 60_000 });
