import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { readSnapshotAge } from "../components/backup/reader";
import { readHosts } from "../components/machines/hosts/reader";
import { readHostRoutes } from "../components/network/hostRoutes/reader";
import { kubectlScript } from "../components/objects/kubectl";
import { askRunning } from "../components/objects/running/reader";
import { OBSERVE } from "../components/objects/verification";
import { compare, controlPlaneOf, membersOf, Outputs, parseArguments, readStack, Subject } from "./verification";

/** Compares a running stack's route plan with what Kubernetes and Neutron say; fails with a table of what differs. */
async function verify(args: readonly string[]): Promise<void> {
  const { outputs, openstackConfig } = read(parseArguments(args));
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

function read(subject: Subject): ReturnType<typeof readStack> {
  if (!("file" in subject))
    return readStack(subject.stack, (args) => execFileSync("pulumi", args, { encoding: "utf8" }));
  // A file says nothing of the provider's settings: the environment has to.
  const outputs = JSON.parse(fs.readFileSync(subject.file, "utf8")) as Outputs;
  return { outputs, openstackConfig: () => undefined };
}

verify(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
