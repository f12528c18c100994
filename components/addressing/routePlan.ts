import { Netmask } from "netmask";
import { addressAt, offsetIn } from "./ipv4";
import { podCidrOfSlot } from "./podCidr";
import { SubnetLayout } from "./subnetLayout";

/** What the plan needs to know of a worker pool. */
export interface PoolSlots {
  name: string;
  /** How many indexes the pool spans: 0 to count - 1. */
  count: number;
  /** The slot of index 0; index n has slot firstSlot + n. */
  firstSlot: number;
  /** Indexes without a node, so that one can be removed from the middle without changing any other. */
  exclude: readonly number[];
}

export interface PlanInput {
  clusterName: string;
  clusterCidr: Netmask;
  nodeMask: number;
  /** The node subnet. */
  subnet: Netmask;
  layout: SubnetLayout;
  controlPlaneCount: number;
  pools: readonly PoolSlots[];
}

interface PlannedMachine {
  /** Name of the server, the host and the Kubernetes node. */
  name: string;
  pool: string;
  /** Place in its pool or control plane, stable. */
  index: number;
  /** The fixed address in the node subnet. */
  address: string;
}

export interface PlannedControlPlane extends PlannedMachine {
  role: "control-plane";
}

export interface PlannedWorker extends PlannedMachine {
  role: "worker";
  slot: number;
  podCidr: string;
}

/** One host route of the node subnet: whatever is for `destination` goes to `nextHop`, the address of `node`. */
export interface PlannedRoute {
  destination: string;
  nextHop: string;
  node: string;
}

/** The whole table, known at preview. */
export interface RoutePlan {
  controlPlane: PlannedControlPlane[];
  workers: PlannedWorker[];
  routes: PlannedRoute[];
}

/** The pool name that the control plane's nodes carry, so no worker pool may have it. */
export const CONTROL_PLANE_POOL = "control-plane";

/** The indexes of a pool that have a node. */
export function indexesOf(pool: Pick<PoolSlots, "count" | "exclude">): number[] {
  return Array.from({ length: pool.count }, (_, index) => index).filter((index) => !pool.exclude.includes(index));
}

/**
 * Derives every node's address, podCIDR and host route from its pool and its index in it, and from nothing else:
 * no other node's presence changes them (docs/decisions/0002-slots-and-exclude.md).
 * @throws RangeError when a slot or address does not exist; validation reports those beforehand, all at once.
 */
export function planRoutes(input: PlanInput): RoutePlan {
  const { clusterCidr, subnet } = input;
  const nth = (first: string, n: number) => addressAt(subnet, offsetIn(subnet, first) + n);

  const controlPlane = Array.from({ length: input.controlPlaneCount }, (_, index): PlannedControlPlane => ({
    role: "control-plane",
    name: `${input.clusterName}-${CONTROL_PLANE_POOL}-${index}`,
    pool: CONTROL_PLANE_POOL,
    index,
    address: nth(input.layout.firstControlPlane, index),
  }));

  const workers = input.pools.flatMap((pool) =>
    indexesOf(pool).map((index): PlannedWorker => {
      const slot = pool.firstSlot + index;
      return {
        role: "worker",
        name: `${input.clusterName}-${pool.name}-${index}`,
        pool: pool.name,
        index,
        slot,
        address: nth(input.layout.firstWorker, slot),
        podCidr: podCidrOfSlot(clusterCidr, input.nodeMask, slot).toString(),
      };
    }),
  );

  const routes = workers.map(({ name, podCidr, address }) => ({ destination: podCidr, nextHop: address, node: name }));
  return { controlPlane, workers, routes };
}
