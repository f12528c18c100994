import { cloud, list, make, operator } from "../cloud";

interface Item {
  id: string;
  name: string;
}

/** Names of what is made for these checks begin so. */
const PREFIX = "unfit-";

/** Images without data, each with something against it; two of one name. Without data none is active. */
const IMAGES = [
  { name: "unfit-arm", architecture: "aarch64" },
  { name: "unfit-memory", min_ram: 1_000_000 },
  { name: "unfit-disk", min_disk: 1_000 },
  { name: "unfit-twice" },
  { name: "unfit-twice" },
];
const DISKLESS = { name: "unfit-diskless", vcpus: 1, ram: 2048, disk: 0 };

export async function makeUnfit(): Promise<void> {
  await removeUnfit();
  const glance = await cloud();
  for (const image of IMAGES) {
    const wanted = { disk_format: "raw", container_format: "bare", ...image };
    const { status, body } = await glance.call("image", "POST", "/v2/images", wanted);
    if (status !== 201) throw new Error(`image ${image.name}: ${status} ${JSON.stringify(body)}`);
  }
  const { status, body } = await (await operator()).call("compute", "POST", "/flavors", { flavor: DISKLESS });
  if (status !== 200) throw new Error(`flavor ${DISKLESS.name}: ${status} ${JSON.stringify(body)}`);
}

/** Removes all of it, also what a killed check left. */
export async function removeUnfit(): Promise<void> {
  const glance = await cloud();
  for (const { id, name } of await list<Item>("image", "/v2/images", "images"))
    if (name.startsWith(PREFIX)) await glance.call("image", "DELETE", `/v2/images/${id}`);
  for (const { id, name } of await list<Item>("compute", "/flavors", "flavors"))
    if (name.startsWith(PREFIX)) await (await operator()).call("compute", "DELETE", `/flavors/${id}`);
}

/** The id of a flavor. */
export const flavorId = async (name: string): Promise<string> =>
  (await list<Item>("compute", "/flavors", "flavors")).find((flavor) => flavor.name === name)!.id;

const CIDR = "10.107.1.0/24";
const NETWORK = "unfit-network";

/** A network in which somebody else has routes and an address, and a subnet that is not what nodes need. */
export async function makeSubnet(): Promise<{ networkId: string; subnetId: string }> {
  await removeSubnet();
  const network = await make<Item>("network", "/v2.0/networks", "network", { name: NETWORK });
  const host_routes = Array.from({ length: 19 }, (_, n) => ({
    destination: `172.30.${n}.0/24`,
    nexthop: "10.107.1.190",
  }));
  const subnet = await make<Item>("network", "/v2.0/subnets", "subnet", {
    ...{ name: NETWORK, network_id: network.id, ip_version: 4, cidr: CIDR },
    ...{ enable_dhcp: false, gateway_ip: "10.107.1.199", host_routes },
  });
  const fixed_ips = [{ subnet_id: subnet.id, ip_address: "10.107.1.2" }];
  await make("network", "/v2.0/ports", "port", { name: "printer", network_id: network.id, fixed_ips });
  return { networkId: network.id, subnetId: subnet.id };
}

export async function removeSubnet(): Promise<void> {
  const neutron = await cloud();
  for (const { id } of await list<Item>("network", `/v2.0/networks?name=${NETWORK}`, "networks")) {
    for (const port of await list<Item>("network", `/v2.0/ports?network_id=${id}&name=printer`, "ports"))
      await neutron.call("network", "DELETE", `/v2.0/ports/${port.id}`);
    const { status, body } = await neutron.call("network", "DELETE", `/v2.0/networks/${id}`);
    if (status !== 204) throw new Error(`network ${NETWORK}: ${status} ${JSON.stringify(body)}`);
  }
}
