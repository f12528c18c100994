import { offsetIn, parseCidr } from "../../addressing/ipv4";
import { rangeText } from "../../addressing/subnetLayout";
import { Balancer, Facts, Port } from "../facts";
import { Check, Finding, listed } from "../finding";
import { Needs } from "../needs";

/** The plan's addresses in a network that exists: whether somebody else has one, or may get one. */
export const addresses: Check = (needs, facts) => {
  const { ports } = facts;
  if (!ports) return [];
  const holders = new Map(ports.flatMap((port) => port.addresses.map((address) => [address, port] as const)));
  const wanted = placesOf(needs, facts.made.balancer);
  const taken = wanted.flatMap((place) => {
    const port = holders.get(place.address);
    return port && !place.own(port) ? [{ place, port }] : [];
  });
  // Its router's port may be somebody else's, and not seen; Neutron gives the address to a second one without a word.
  const onGateway = wanted.filter(({ address }) => address === facts.subnet?.gateway_ip && !holders.has(address));
  return [
    ...taken.map(({ place: { key, value, who, address, start }, port }) => ({
      key,
      value,
      problem: `puts ${who} at ${address}, which ${describe(port)} has`,
      remedy: `Delete that port if nobody needs it, or move hostroute:${start}.`,
    })),
    ...onGateway.map(({ key, value, who, address, start }) => ({
      key,
      value,
      problem: `puts ${who} at ${address}, which is the gateway of the existing subnet`,
      remedy: `Set hostroute:network.gateway to it, and move hostroute:${start}.`,
    })),
    ...inPools(
      needs,
      facts,
      wanted.filter(({ address }) => !holders.has(address)).map(({ address }) => address),
    ),
  ];
};

const describe = ({ id, name, device_owner }: Port) =>
  [`port ${id}`, name, device_owner && `(${device_owner})`].filter(Boolean).join(" ");

interface Place {
  key: string;
  value: unknown;
  who: string;
  address: string;
  /** The key that moves it. */
  start: string;
  /** Whether that port is the stack's own for it. */
  own: (port: Port) => boolean;
}

/** @param balancer the API's own, whose port each provider of Octavia's calls as it likes; undefined: not known, so nothing is said of it */
function placesOf({ clusterName, roles, endpoint }: Needs, balancer: Balancer | undefined): Place[] {
  const nodes = roles.flatMap(({ key, servers }) =>
    servers.map(({ name, address }): Place => ({
      key: `${key}.count`,
      value: servers.length,
      who: name,
      address,
      start:
        key === "controlPlane" ? "network.firstControlPlaneAddress" : `network.firstWorkerAddress or ${key}.firstSlot`,
      own: (port) => port.name === name,
    })),
  );
  if (!endpoint) return nodes;
  const own = ({ id, name }: Port) =>
    endpoint.kind === "octavia" ? !balancer || balancer.portIds.includes(id) : name === `${clusterName}-api`;
  const key = "apiEndpoint.address";
  return [...nodes, { key, value: endpoint.address, who: "the API", address: endpoint.address, start: key, own }];
}

/** What Neutron may give to others before the plan's ports are there. The program's own subnets keep it apart. */
function inPools({ network }: Needs, { subnet }: Facts, free: readonly string[]): Finding[] {
  const { existing, pools: left } = network;
  if (!existing || subnet?.ip_version !== 4) return [];
  const block = parseCidr(subnet.cidr);
  const at = (address: string) => offsetIn(block, address);
  const found = free.filter((address) =>
    subnet.allocation_pools.some(({ start, end }) => at(start) <= at(address) && at(address) <= at(end)),
  );
  if (found.length === 0) return [];
  const shown =
    found.length > MOST ? `${found.slice(0, MOST).join(", ")} and ${found.length - MOST} more` : listed(found);
  const sorted = [...subnet.allocation_pools].sort((one, other) => at(one.start) - at(other.start));
  const pools = sorted.map(rangeText);
  return [
    {
      key: "network.subnetId",
      value: existing.subnetId,
      problem: `may give away ${shown}, which the plan has for nodes: they lie in its allocation pool ${pools.join(", ")}`,
      remedy: `Keep them out of it: openstack subnet set --no-allocation-pool ${left.map(({ start, end }) => `--allocation-pool start=${start},end=${end} `).join("")}${existing.subnetId}`,
      warning: true,
    },
  ];
}

const MOST = 3;
