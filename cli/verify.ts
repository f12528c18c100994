import { spawnSync } from "node:child_process";
import { readSnapshotAge } from "../components/backup/reader";
import { readHosts } from "../components/machines/hosts/reader";
import { readHostRoutes } from "../components/network/hostRoutes/reader";
import { kubectlScript } from "../components/objects/kubectl";
import { askRunning } from "../components/objects/running/reader";
import { OBSERVE } from "../components/objects/verification";
import { compare, controlPlaneOf, membersOf, parseArguments, readSubject } from "./verification";

/** Compares a running stack's route plan with what Kubernetes and Neutron say; fails with a table of what differs. */
async function verify(args: readonly string[]): Promise<void> {
  const { outputs, openstackConfig } = readSubject(parseArguments(args));
  const observed = spawnSync("/bin/sh", ["-c", kubectlScript(OBSERVE)], {
    input: outputs.kubeconfig,
    encoding: "utf8",
  });
  if (observed.status !== 0) throw new Error(observed.stderr.trim());
  const hostRoutes = await readHostRoutes(outputs.subnetId, openstackConfig);
  const members = membersOf(outputs);
  const hosts = members.length > 1 ? await readHosts(members, openstackConfig) : [];
  const running = await askRunning(outputs.kubeconfig, controlPlaneOf(outputs));
  process.stdout.write(compare(outputs, observed.stdout, hostRoutes, hosts, running));
  if (outputs.snapshots) process.stdout.write(`${await readSnapshotAge(outputs.snapshots, openstackConfig)}\n`);
}

verify(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
