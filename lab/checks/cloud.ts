import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { findCredentials } from "../../components/openstack/credentials";
import { openSession, Session } from "../../components/openstack/session";
import { ClusterNode, Outputs } from "../../outputs";
import { credentials } from "../openstack";
import { root, stateDir } from "../paths";
import { run } from "../shell";

/** The outputs of the last `make up`. */
export const outputs = () => JSON.parse(fs.readFileSync(path.join(stateDir, "outputs.json"), "utf8")) as Outputs;
export const workers = () => outputs().nodes.filter(({ role }) => role === "worker");

/** What the driver did in the last `make up`. */
export const lastChanges = () =>
  JSON.parse(fs.readFileSync(path.join(stateDir, "changes.json"), "utf8")) as Record<
    "created" | "updated" | "replaced" | "deleted",
    string[]
  >;

export const cloud = (): Promise<Session> =>
  openSession(
    findCredentials(
      () => undefined,
      (name) => credentials[name],
    ),
  );

export async function list<T>(service: string, url: string, key: string): Promise<T[]> {
  const { status, body } = await (await cloud()).call(service, "GET", url);
  if (status !== 200) throw new Error(`${url}: ${status}`);
  return (body as Record<string, T[]>)[key]!;
}

export interface Port {
  id: string;
  name: string;
  device_owner: string;
  fixed_ips: { ip_address: string }[];
  allowed_address_pairs: { ip_address: string }[];
}

/** The stack's own ports, by node name. */
export async function nodePorts(): Promise<Map<string, Port>> {
  const ports = await list<Port>("network", `/v2.0/ports`, "ports");
  return new Map(ports.filter(({ name }) => name !== "").map((port) => [port.name, port]));
}

export const hostRoutes = async (subnetId: string) => {
  const { body } = await (await cloud()).call("network", "GET", `/v2.0/subnets/${subnetId}`);
  return (body as { subnet: { host_routes: { destination: string; nexthop: string }[] } }).subnet.host_routes;
};

/** The routes of the plan as Neutron writes them, in its order. */
export const planned = (nodes: readonly ClusterNode[]) =>
  nodes.map(({ podCidr, address }) => ({ destination: podCidr!, nexthop: address })).sort(byDestination);
export const byDestination = (one: { destination: string }, other: { destination: string }) =>
  one.destination.localeCompare(other.destination);

/** Runs a lab command, as an operator would, on a stack whose configuration may differ from the committed one: all it says. */
export function lab(command: string, changes?: (config: Record<string, unknown>) => void): Promise<string> {
  const env = { ...process.env, ...stackFileEnv(changes) };
  return run("sh", ["-c", `exec node --import tsx lab/main.ts ${command} dev 2>&1`], {
    cwd: root,
    env,
    timeout: 900_000,
    log: "checks",
  });
}

/** A copy of the dev stack's file with changes, as an environment for the lab's commands. */
export function stackFileEnv(changes?: (config: Record<string, unknown>) => void): NodeJS.ProcessEnv {
  if (!changes) return {};
  const file = path.join(stateDir, "Pulumi.changed.yaml");
  const text = fs.readFileSync(path.join(root, "Pulumi.dev.yaml"), "utf8");
  const document = parse(text) as { config: Record<string, unknown> };
  changes(document.config);
  fs.writeFileSync(file, stringify(document));
  return { STACK_FILE: file };
}
