import { workerRules } from "../../components/network/securityRules";
import { podtool } from "../../lab/artifacts/compiled";
import { binaryOf, build } from "../../lab/build/golang";
import { plugIntoPublic, publicNetwork, serviceEnv, unplugFromPublic } from "../../lab/openstack";
import { run, start, stop, waitFor } from "../../lab/shell";
import { cloud, list, make, nodePorts, outputs } from "./cloud";

/**
 * The world outside of the cluster: a namespace of this machine on the external network. Its name, and that of its link, are
 * among those that `make down` removes.
 */
const NAME = "lab-outside";
const SERVER = "outside";
/** What a check makes in the tenant says so, and is found by it. */
const MARK = "a check's, from outside of the cluster";

/** Beside the machine's own address, outside of Neutron's pool. */
export const outsideAddress = "172.24.4.2";
/** Always the same: for half a minute the router would go on sending to that of the namespace before. */
const MAC = "02:00:ac:18:04:02";
export const outsideUrl = `http://${outsideAddress}:8080/`;

const ip = (...args: string[]) => run("ip", args);

/** Runs a program in that namespace. Floating IPs are its neighbours: it needs no route. */
export const fromOutside = (...command: string[]) => ip("netns", "exec", NAME, ...command);

/** Makes the namespace, and starts the pods' own server in it: whoever asks is told the address that was seen. */
export async function openOutside(): Promise<void> {
  await closeOutside();
  await build(podtool);
  await ip("netns", "add", NAME);
  await ip("link", "add", NAME, "type", "veth", "peer", "name", "eth0", "netns", NAME, "address", MAC);
  await ip("link", "set", NAME, "up");
  await ip("-n", NAME, "link", "set", "lo", "up");
  await ip("-n", NAME, "link", "set", "eth0", "up");
  await ip("-n", NAME, "address", "add", `${outsideAddress}/${publicNetwork.cidr.split("/")[1]}`, "dev", "eth0");
  await plugIntoPublic(NAME);
  // ip(8) becomes the program it runs, so the pid is the server's.
  start(SERVER, ["ip", "netns", "exec", NAME, binaryOf(podtool), "serve", "8080"], serviceEnv);
  await waitFor("the server outside", () => fetch(outsideUrl).then(({ ok }) => ok), 15_000);
}

/** Removes all of it, also what a killed check left. */
export async function closeOutside(): Promise<void> {
  await removeMarked("floatingips");
  await removeMarked("security-group-rules");
  await stop(SERVER, 1_000);
  await unplugFromPublic(NAME);
  // By itself: the namespace takes it along, but only some time later.
  await ip("link", "delete", NAME).catch(() => undefined); // there is none
  const names = (await ip("netns", "list")).split("\n").map((line) => line.split(" ")[0]);
  if (names.includes(NAME)) await ip("netns", "delete", NAME);
}

/** A new floating IP of a node, once the router has it: both ways, to the node and as the source of what leaves it. */
export async function floatingIpOf(node: string): Promise<string> {
  const [network] = await list<{ id: string }>("network", `/v2.0/networks?name=${publicNetwork.name}`, "networks");
  const wanted = { floating_network_id: network!.id, port_id: (await nodePorts()).get(node)!.id, description: MARK };
  const { id, floating_ip_address } = await make<FloatingIp>("network", "/v2.0/floatingips", "floatingip", wanted);
  const active = async () => {
    const all = await list<FloatingIp>("network", "/v2.0/floatingips", "floatingips");
    return all.some((one) => one.id === id && one.status === "ACTIVE");
  };
  await waitFor("the floating IP to be active", active, 60_000, 500);
  return floating_ip_address;
}

/** Adds to the workers' group exactly what the program makes of `access.nodePorts` with this address. */
export async function admitToNodePorts(): Promise<void> {
  const access = { ssh: [], api: [], nodePorts: [`${outsideAddress}/32`] };
  const rules = workerRules({ nodeCidr: "", clusterCidr: "", nodePorts: [3000, 32767], access });
  const { worker } = outputs().securityGroupIds;
  for (const { protocol, ports } of rules.filter(({ name }) => name.startsWith("node-ports-")))
    await make("network", "/v2.0/security-group-rules", "security_group_rule", {
      security_group_id: worker,
      direction: "ingress",
      ethertype: "IPv4",
      protocol,
      port_range_min: ports![0],
      port_range_max: ports![1],
      remote_ip_prefix: access.nodePorts[0],
      description: MARK,
    });
}

/** What the world sees of nodes without a floating IP. */
export async function routerAddress(): Promise<string> {
  type Router = Record<"external_gateway_info", { external_fixed_ips: { ip_address: string }[] }>;
  const [router] = await list<Router>("network", `/v2.0/routers?id=${outputs().routerId}`, "routers");
  return router!.external_gateway_info.external_fixed_ips[0]!.ip_address;
}

interface Marked {
  id: string;
  description: string;
}
type FloatingIp = Marked & { floating_ip_address: string; status: string };

async function removeMarked(collection: string): Promise<void> {
  const items = await list<Marked>("network", `/v2.0/${collection}`, collection.replaceAll("-", "_"));
  for (const { id } of items.filter(({ description }) => description === MARK))
    await (await cloud()).call("network", "DELETE", `/v2.0/${collection}/${id}`);
}
