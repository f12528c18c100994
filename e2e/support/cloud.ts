import * as fs from "node:fs";
import * as path from "node:path";
import { findCredentials } from "../../components/openstack/credentials";
import { CloudSession, openSession } from "../../components/openstack/session";
import { adminCredentials, credentials } from "../../lab/openstack";
import { stateDir } from "../../lab/paths";
import { waitFor } from "../../lab/shell";
import { ClusterNode, Outputs } from "../../outputs";

/** The outputs of the last `make up`. */
export const outputs = () => JSON.parse(fs.readFileSync(path.join(stateDir, "outputs.json"), "utf8")) as Outputs;
export const workers = () => outputs().nodes.filter(({ role }) => role === "worker");
/** The first node of the control plane. */
export const controlPlane = () => outputs().nodes.find(({ role }) => role === "control-plane")!;
/** An address of a worker's podCIDR, which is a /24. */
export const podAddress = ({ podCidr }: ClusterNode, host: number) => podCidr!.replace(/0\/24$/, String(host));

const sessionOf = (account: Record<string, string>): Promise<CloudSession> =>
  openSession(
    findCredentials(
      () => undefined,
      (name) => account[name],
    ),
  );
export const cloud = () => sessionOf(credentials);
/** The cloud's operator, who sees more. */
export const operator = () => sessionOf(adminCredentials);

/** What only the cloud's operator may do to a server: say that it is in a state that it is not in. */
export async function resetState(server: string, state: "active" | "error"): Promise<void> {
  const nova = await operator();
  const { status, body } = await nova.call("compute", "POST", `/servers/${server}/action`, {
    "os-resetState": { state },
  });
  if (status !== 202) throw new Error(`os-resetState: ${status} ${JSON.stringify(body)}`);
}

export async function list<T>(service: string, url: string, key: string): Promise<T[]> {
  const { status, body } = await (await cloud()).call(service, "GET", url);
  if (status !== 200) throw new Error(`${url}: ${status}`);
  return (body as Record<string, T[]>)[key]!;
}

/** Servers' ids by name, as Nova has them: the outputs are of the last update that ended well. */
export const serverIds = async (): Promise<Map<string, string>> =>
  new Map(
    (await list<{ id: string; name: string }>("compute", "/servers", "servers")).map(({ id, name }) => [name, id]),
  );

/** Somebody deletes a server by hand; until it is gone. */
export async function loseServer(id: string): Promise<void> {
  const nova = await cloud();
  await nova.call("compute", "DELETE", `/servers/${id}`);
  const gone = async () => (await nova.call("compute", "GET", `/servers/${id}`)).status === 404;
  await waitFor("the server's end", gone, 60_000);
}

/** The id of the image that a server was made from. */
export async function imageOf(id: string): Promise<string> {
  const { body } = await (await cloud()).call("compute", "GET", `/servers/${id}`);
  return (body as { server: { image: { id: string } } }).server.image.id;
}

export interface Port {
  id: string;
  name: string;
  device_owner: string;
  mac_address: string;
  network_id: string;
  security_groups: string[];
  fixed_ips: { ip_address: string }[];
  allowed_address_pairs: { ip_address: string }[];
}

/** A call that makes something. @returns what was made */
export async function make<T>(service: string, url: string, kind: string, item: object): Promise<T> {
  const { status, body } = await (await cloud()).call(service, "POST", url, { [kind]: item });
  if (![200, 201, 202].includes(status)) throw new Error(`${kind}: ${status} ${JSON.stringify(body)}`);
  return (body as Record<string, T>)[kind]!;
}

/** The stack's own ports, by node name. */
export async function nodePorts(): Promise<Map<string, Port>> {
  const ports = await list<Port>("network", `/v2.0/ports`, "ports");
  return new Map(ports.filter(({ name }) => name !== "").map((port) => [port.name, port]));
}

/**
 * The node subnet's gateway: a machine there that is no node, and knows no way back to pods. OVN answers DHCP in its name.
 */
export async function gatewayAddress(): Promise<string> {
  const { body } = await (await cloud()).call("network", "GET", `/v2.0/subnets/${outputs().subnetId}`);
  return (body as { subnet: { gateway_ip: string } }).subnet.gateway_ip;
}

export const hostRoutes = async (subnetId: string) => {
  const { body } = await (await cloud()).call("network", "GET", `/v2.0/subnets/${subnetId}`);
  return (body as { subnet: { host_routes: { destination: string; nexthop: string }[] } }).subnet.host_routes;
};

/** What somebody does by hand: the subnet's table is now this one. */
export async function putHostRoutes(subnetId: string, host_routes: { destination: string; nexthop: string }[]) {
  const wanted = { subnet: { host_routes } };
  const { status, body } = await (await cloud()).call("network", "PUT", `/v2.0/subnets/${subnetId}`, wanted);
  if (status !== 200) throw new Error(`${host_routes.length} host routes: ${status} ${JSON.stringify(body)}`);
}

/** The routes of the plan as Neutron writes them, in its order. */
export const planned = (nodes: readonly ClusterNode[]) =>
  nodes.map(({ podCidr, address }) => ({ destination: podCidr!, nexthop: address })).sort(byDestination);
export const byDestination = (one: { destination: string }, other: { destination: string }) =>
  one.destination.localeCompare(other.destination);
