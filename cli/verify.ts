import { spawnSync } from "node:child_process";
import { readSnapshotAge } from "../components/backup/reader";
import { readHosts } from "../components/machines/hosts/reader";
import { readHostRoutes } from "../components/network/hostRoutes/reader";
import { readRouterRoutes } from "../components/network/routerRoutes/reader";
import { kubectlScript } from "../components/objects/kubectl";
import { askRunning } from "../components/objects/running/reader";
import { OBSERVE } from "../components/objects/verification";
import { administratorIn, generationsIn, lifetimes, nodeCertificates } from "./lifetimes";
import { rotationLines } from "./rotation";
import { compare, controlPlaneOf, membersOf, parseArguments, readSubject, routerToAsk } from "./verification";

/** Compares a running stack's route plan with what Kubernetes and Neutron say; fails with a table of what differs. */
async function verify(args: readonly string[]): Promise<void> {
  const { outputs, openstackConfig } = readSubject(parseArguments(args));
  const observed = ask(outputs.kubeconfig, OBSERVE);
  const hostRoutes = await readHostRoutes(outputs.subnetId, openstackConfig);
  const router = routerToAsk(outputs);
  const onRouter = router === undefined ? undefined : await readRouterRoutes(router, openstackConfig);
  const members = membersOf(outputs);
  const hosts = members.length > 1 ? await readHosts(members, openstackConfig) : [];
  const running = await askRunning(outputs.kubeconfig, controlPlaneOf(outputs));
  process.stdout.write(compare(outputs, observed, hostRoutes, hosts, running, onRouter));
  const { kubernetes, ...others } = outputs.authorities ?? { kubernetes: outputs.caCertificate };
  const lines = lifetimes(
    {
      nodes: nodeCertificates(ask(outputs.kubeconfig, CERTIFICATES)),
      clients: administratorIn(outputs.kubeconfig),
      authorities: Object.entries({ kubernetes, ...others }).flatMap(generationsIn),
    },
    Date.now(),
  );
  process.stdout.write(`${[...lines, ...rotationLines(outputs.keys)].join("\n")}\n`);
  if (outputs.snapshots) process.stdout.write(`${await readSnapshotAge(outputs.snapshots, openstackConfig)}\n`);
}

/** The nodes' certificates, as their ConfigMaps say. */
const CERTIFICATES = "kubectl get configmaps --namespace=kube-public --output=json --request-timeout=30s";

/** What kubectl says. @throws Error with its words where it fails */
function ask(kubeconfig: string, commands: string): string {
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", kubectlScript(commands)], {
    input: kubeconfig,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout;
}

verify(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
