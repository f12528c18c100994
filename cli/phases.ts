import * as fs from "node:fs";
import * as path from "node:path";
import { inGuest } from "../lab/guest";
import { call } from "../lab/openstack/api";
import { stateDir } from "../lab/paths";
import { started, waitFor } from "../lab/shell";
import { ownPhases, Phase } from "../lab/timing";
import { Outputs } from "../outputs";
import { kubectlOf } from "./kubectl";
import { columns } from "./report";

/**
 * Where the time went, as a table, also written to .lab/phases.json; nothing for a run that made no server. What the program
 * did is read from Nova and Kubernetes themselves, whichever engine ran it: in whole seconds, rounded down.
 * @throws Error when the workers do not get Ready, or have no DNS
 */
export async function phaseTable(outputs: Outputs): Promise<string | undefined> {
  const deployment = await deploymentOf(outputs);
  if (deployment.length === 0) return undefined;
  const since = (time: number) => Math.round((time - started) / 100) / 10;
  const phases = [...ownPhases, ...deployment].map(({ start, end, ...phase }) => ({
    ...phase,
    start: since(start),
    end: since(end),
  }));
  const content = { started: new Date(started).toISOString(), phases };
  fs.writeFileSync(path.join(stateDir, "phases.json"), JSON.stringify(content, undefined, 1));
  const rows = phases.map(({ name, start, end, reached }) => {
    const [from, to] = [Math.round(start), Math.round(end)];
    return [name, ...[from, to, to - from].map((seconds) => String(seconds).padStart(5)), reached];
  });
  const table = columns([["phase", "start", "  end", " took", "reached"], ...rows]);
  return `Where the time went, in seconds since this command began:\n\n${table}`;
}

/**
 * What followed the lab's own start, one after the other. Of what an earlier run had reached already there is no phase. DNS is
 * asked when the program has done its work, whose last step is to wait for the DNS pods.
 */
async function deploymentOf(outputs: Outputs): Promise<Phase[]> {
  const runStart = Math.floor(started / 1000) * 1000;
  const servers = (await serversOf(outputs)).filter(({ created }) => created >= runStart);
  if (servers.length === 0) return [];
  const phases: Phase[] = [];
  let last = Math.max(started, ...ownPhases.map(({ end }) => end));
  const add = (name: string, end: number, reached: string) => {
    if (end < runStart) return;
    phases.push({ name, start: last, end: Math.max(last, end), reached });
    last = Math.max(last, end);
  };
  const workers = outputs.nodes.filter(({ role }) => role === "worker");
  add(
    "network",
    Math.min(...servers.map(({ created }) => created)),
    "keys, network, ports; a first server is asked for",
  );
  add("instances", Math.max(...servers.map(({ active }) => active)), `the last of ${servers.length} is ACTIVE`);
  add("control plane", await apiServed(outputs), "the API serves and has made its own roles");
  if (workers.length === 0) return phases;
  add("nodes", await nodesReady(outputs), `${workers.length} workers are Ready`);
  const service = `kubernetes.default.svc.${outputs.clusterDomain}`;
  for (const { instanceId } of workers)
    await waitFor(`DNS on ${instanceId}`, () => resolves(instanceId, service, outputs), 120_000, 500);
  add("DNS", Date.now(), `each worker has an answer for ${service}`);
  return phases;
}

async function serversOf({ nodes }: Outputs): Promise<{ created: number; active: number }[]> {
  type Answer = Record<"server", { created: string; "OS-SRV-USG:launched_at": string }>;
  const answers = nodes.map(({ instanceId }) => call<Answer>("GET", "compute", `/servers/${instanceId}`));
  return (await Promise.all(answers)).map(({ server }) => ({
    created: Date.parse(server.created),
    active: Date.parse(`${server["OS-SRV-USG:launched_at"]}Z`),
  }));
}

/** The birth of the last of RBAC's own objects, which the API makes when it first starts and /readyz waits for. */
async function apiServed(outputs: Outputs): Promise<number> {
  const kinds = "clusterroles,clusterrolebindings,roles,rolebindings";
  const births = "jsonpath={range .items[*]}{.metadata.creationTimestamp} {end}";
  const label = "kubernetes.io/bootstrapping=rbac-defaults";
  const answer = await kubectlOf(outputs, ["get", kinds, "-A", "-l", label, "-o", births]);
  return Math.max(...answer.trim().split(" ").map(Date.parse));
}

interface NodeObject {
  metadata: { name: string };
  status: { conditions?: { type: string; status: string; lastTransitionTime: string }[] };
}

/** When the last of the stack's workers became Ready. */
async function nodesReady(outputs: Outputs): Promise<number> {
  const workers = outputs.nodes.filter(({ role }) => role === "worker").map(({ name }) => name);
  const times = async () => {
    const { items } = JSON.parse(await kubectlOf(outputs, ["get", "nodes", "-o", "json"])) as { items: NodeObject[] };
    const ready = items
      .filter(({ metadata }) => workers.includes(metadata.name))
      .flatMap(({ status }) => status.conditions ?? [])
      .filter(({ type, status }) => type === "Ready" && status === "True");
    return ready.length === workers.length ? ready.map((one) => Date.parse(one.lastTransitionTime)) : undefined;
  };
  return Math.max(...(await waitFor("the workers to be Ready", times, 120_000, 1_000)));
}

/** A DNS query by UDP, with what every node image has: prints the address that the answer ends with. */
const QUERY = `
import socket, sys
name, server = sys.argv[1:]
question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\\0" + b"\\0\\1\\0\\1"
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.settimeout(1)
client.sendto(b"\\x12\\x34\\1\\0\\0\\1" + bytes(6) + question, (server, 53))
answer = client.recv(512)
if answer[3] & 15 or answer[6:8] == bytes(2): sys.exit("no such name")
print(socket.inet_ntoa(answer[-4:]))
`;

/** Whether a machine of the cluster gets the address of a service from the cluster's DNS. */
const resolves = (instanceId: string, service: string, { clusterDns }: Outputs) =>
  inGuest(instanceId, ["python3", "-c", QUERY, service, clusterDns]);
