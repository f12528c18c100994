import { Netmask } from "netmask";
import { addressAt, cidrsOfRange, offsetIn } from "./ipv4";

/** Two addresses, both included. */
export interface AddressRange {
  start: string;
  end: string;
}

/** As messages show it. */
export const rangeText = ({ start, end }: AddressRange): string => `${start} to ${end}`;

/** Where everything is in the node subnet. All members are addresses. */
export interface SubnetLayout {
  /** The default gateway, and Neutron's address for it. */
  gateway: string;
  /** Slot 0's address; slot n is n addresses further. */
  firstWorker: string;
  /** What Neutron may hand out by itself (DHCP agents, routers, others' ports): clear of every node. One, except in an existing subnet. */
  allocationPools: readonly AddressRange[];
  /** The first control-plane node's address; node n is n addresses further. */
  firstControlPlane: string;
  /** The API's own address, where it has one that is no node's. Workers' addresses end before it. */
  api?: string | undefined;
}

/** The longest prefix of a node subnet: a /28 has room for one of each. */
export const SMALLEST_SUBNET = 28;
/** The size of the largest control plane, for which room is kept. */
export const MAX_CONTROL_PLANE = 5;
/** Neutron needs few addresses of its own: one per DHCP agent, one per router; the rest is room for load balancers and the like. */
const LARGEST_POOL = 50;

/**
 * The default layout, from the bottom: gateway, workers by slot; from the top: control plane, allocation pool.
 * A /24 gives: gateway .1, workers .2 to .199, pool .200 to .249, control plane .250 to .254.
 * The first next hop in the 1.4-era document is .2, too.
 * @throws RangeError for a subnet smaller than `SMALLEST_SUBNET`
 */
export function defaultLayout(subnet: Netmask): SubnetLayout {
  if (subnet.bitmask > SMALLEST_SUBNET)
    throw new RangeError(`${subnet.toString()} is too small: a node subnet needs a /${SMALLEST_SUBNET} at least`);
  const controlPlane = subnet.size - 1 - MAX_CONTROL_PLANE;
  return {
    gateway: addressAt(subnet, 1),
    firstWorker: addressAt(subnet, 2),
    allocationPools: [{ start: addressAt(subnet, firstOfPool(subnet)), end: addressAt(subnet, controlPlane - 1) }],
    firstControlPlane: addressAt(subnet, controlPlane),
  };
}

const firstOfPool = (subnet: Netmask) =>
  subnet.size - 1 - MAX_CONTROL_PLANE - Math.min(LARGEST_POOL, Math.floor(subnet.size / 5));

/** The API's own address in the default layout, where it has one: the last that a worker could have, right before the allocation pool. */
export const defaultApiAddress = (subnet: Netmask): string => addressAt(subnet, firstOfPool(subnet) - 1);

/**
 * Those of an existing subnet's pools that nodes can keep clear of: none of those in which a range of nodes begins. (Neutron's own choice is
 * one pool of all addresses but the gateway's.)
 * @param nodes the first address of each range
 */
export function poolsApart(
  subnet: Netmask,
  pools: readonly AddressRange[],
  nodes: readonly string[],
): readonly AddressRange[] {
  const at = (address: string) => offsetIn(subnet, address);
  return pools
    .filter(({ start, end }) => !nodes.some((node) => at(start) <= at(node) && at(node) <= at(end)))
    .sort((one, other) => at(one.start) - at(other.start));
}

/** Where nodes may stand, now or later, as CIDRs: nobody else has an address there. */
export interface NodeRanges {
  workers: readonly string[];
  controlPlane: readonly string[];
}

/**
 * The addresses that the layout keeps for nodes: workers' by slot, the control plane's up to its largest size, each cut off
 * where something else begins (gateway, allocation pools, the API's own address, the other role, the subnet's end). They do not depend on how many nodes
 * there are, so whatever a node's user-data says of them stays true when nodes come and go.
 * @param slots how many podCIDRs the cluster CIDR holds
 */
export function nodeRanges(subnet: Netmask, layout: SubnetLayout, slots: number): NodeRanges {
  const { gateway, firstWorker, firstControlPlane, allocationPools, api } = layout;
  const pools = allocationPools.map(({ start }) => start);
  const fixed = [gateway, firstWorker, firstControlPlane, ...pools, ...(api === undefined ? [] : [api])];
  const others = fixed.map((each) => offsetIn(subnet, each));
  const range = (from: string, most: number) => {
    const first = offsetIn(subnet, from);
    const ends = [first + most, subnet.size - 1, ...others.filter((offset) => offset > first)];
    return cidrsOfRange(from, addressAt(subnet, Math.min(...ends) - 1));
  };
  return { workers: range(firstWorker, slots), controlPlane: range(firstControlPlane, MAX_CONTROL_PLANE) };
}
