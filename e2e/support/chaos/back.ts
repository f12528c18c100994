import { inGuest } from "../../../lab/guest";
import { ClusterNode } from "../../../outputs";
import { outputs, workers } from "../cloud";
import { kubectl } from "../kube";
import { ownUnits, statesOf, unitProblems } from "./units";

/** The API's answer, or none within five seconds. Raw: kubectl would first look for what kinds there are. */
async function ask<T>(url: string): Promise<T> {
  return JSON.parse(await kubectl(["get", "--raw", url, "--request-timeout=5s"])) as T;
}

interface Lease {
  spec: { renewTime: string };
}
interface Conditions {
  status: { conditions: { type: string; status: string }[] };
}
interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  status: Partial<Conditions["status"]> & { podIP?: string };
}
const holds = (conditions: Conditions["status"]["conditions"] | undefined, type: string) =>
  conditions?.some((one) => one.type === type && one.status === "True") ?? false;

/** @throws Error unless a lease was renewed after a time: what the API says of whoever holds it is not merely left over */
async function renewed(namespace: string, name: string, since: number): Promise<void> {
  const { spec } = await ask<Lease>(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`);
  if (Date.parse(spec.renewTime) <= since) throw new Error(`lease ${name} is of ${spec.renewTime}`);
}

/** @throws Error unless kubelet says that its node is Ready, and has said so after a time */
export async function ready(name: string, since: number): Promise<void> {
  await renewed("kube-node-lease", name, since);
  const { status } = await ask<Conditions>(`/api/v1/nodes/${name}`);
  if (!holds(status.conditions, "Ready")) throw new Error(`node ${name} is not Ready`);
}

/** @throws Error unless the node's pod of the lab's tools answers on another worker, runs a program, and reaches a Service */
async function podAnswers(node: ClusterNode): Promise<void> {
  const query = `labelSelector=app%3Dtools&fieldSelector=spec.nodeName%3D${node.name}`;
  const { items } = await ask<{ items: Pod[] }>(`/api/v1/namespaces/default/pods?${query}`);
  const pod = items.find(({ metadata, status }) => !metadata.deletionTimestamp && holds(status.conditions, "Ready"));
  if (!pod?.status.podIP) throw new Error(`no pod of ${node.name} is Ready`);
  const other = workers().find(({ name }) => name !== node.name)!;
  const answer = await inGuest(other.instanceId, ["curl", "-sS", "-m", "2", `http://${pod.status.podIP}:8080/`]);
  if (!answer.startsWith(`${pod.metadata.name} `)) throw new Error(`${pod.status.podIP} is ${answer}`);
  const service = await ask<{ spec: { clusterIP: string } }>("/api/v1/namespaces/default/services/tools");
  const get = ["exec", pod.metadata.name, "--", "/bin/podtool", "get", `http://${service.spec.clusterIP}/`];
  if (!(await kubectl(["--request-timeout=10s", ...get])).startsWith("tools-")) throw new Error("no Service answers");
}

/** @throws Error unless the API is ready, and whoever works through it does again */
async function controlPlaneWorks(since: number): Promise<void> {
  const answer = await kubectl(["get", "--raw", "/readyz", "--request-timeout=5s"]);
  if (answer !== "ok") throw new Error(`the API says ${answer}`);
  for (const name of ["kube-controller-manager", "kube-scheduler"]) await renewed("kube-system", name, since);
  for (const { name } of workers()) await ready(name, since);
}

export async function unitsAreWell({ instanceId }: ClusterNode, but: readonly string[] = []): Promise<void> {
  const units = (await ownUnits(instanceId)).filter((unit) => !but.includes(unit));
  const problems = unitProblems(await statesOf(instanceId, units));
  if (problems.length > 0) throw new Error(problems.join("; "));
}

/**
 * Whether a node does all of its work, as seen after a time (`Date.now()`).
 * @param but units that the fault itself keeps from it
 * @throws Error with the first thing that it does not
 */
export async function isBack(node: ClusterNode, since: number, but: readonly string[] = []): Promise<true> {
  await (node.role === "worker" ? ready(node.name, since) : controlPlaneWorks(since));
  await unitsAreWell(node, but);
  if (node.role === "worker") await podAnswers(node);
  return true;
}

/** Whom faults happen to: bystanders' pods are on the other workers. */
export const victims = () => ({
  worker: workers()[1]!,
  controlPlane: outputs().nodes.find(({ role }) => role === "control-plane")!,
});
