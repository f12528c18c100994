import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { downloadSnapshot, readLatest } from "../../components/backup/store/swift";
import { alignedRows } from "../../components/columns";
import { findCredentials } from "../../components/openstack/credentials";
import { openSession } from "../../components/openstack/session";
import { Outputs } from "../../outputs";
import { parseArguments, readSubject } from "../verification";
import { keysOf, restore } from "./etcd";
import { kinds, nodesIn } from "./found";
import { findPrograms } from "./programs";

/**
 * Restores a stack's last snapshot into a scratch etcd on this machine, and says what it has. Nothing of the cluster is touched.
 * @throws Error where that cannot be done: the snapshot is none
 */
async function drill(args: readonly string[]): Promise<void> {
  const { outputs, openstackConfig } = readSubject(parseArguments(args, "restore-drill"));
  const { snapshots } = outputs as Pick<Outputs, "snapshots">;
  if (!snapshots) throw new Error("The stack has no snapshots: set hostroute:snapshots.container, and run pulumi up.");
  const programs = findPrograms();
  const session = await openSession(findCredentials(openstackConfig));
  const folder = { container: snapshots.container, prefix: snapshots.folder };
  const latest = await readLatest(session, folder);
  if (!latest) throw new Error(`There is no snapshot in ${snapshots.container}/${snapshots.folder} yet.`);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-drill-"));
  try {
    const file = path.join(scratch, "snapshot.db");
    await downloadSnapshot(session, folder, latest.name, file);
    const sha256 = await digest(file);
    if (sha256 !== latest.sha256)
      throw new Error(
        `${latest.name} is damaged: its SHA-256 is ${sha256}, and was ${latest.sha256} when it was taken.`,
      );
    const keys = await keysOf(programs, restore(programs, file, scratch));
    const missing = outputs.nodes.filter(({ role, name }) => role === "worker" && !nodesIn(keys).includes(name));
    const table = alignedRows(kinds(keys).map(([kind, count]) => [kind, `${count}`]));
    process.stdout.write(
      `${latest.name}, taken ${latest.time} by Kubernetes ${latest.kubernetes}: restored, ${keys.length} keys\n${table.join("\n")}\n`,
    );
    if (missing.length > 0)
      process.stdout.write(`Warning: without Node objects of ${missing.map(({ name }) => name).join(", ")}\n`);
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

async function digest(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest("hex");
}

drill(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
