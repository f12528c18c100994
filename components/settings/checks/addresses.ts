import { addressAt, offsetIn } from "../../addressing/ipv4";
import { CONTROL_PLANE_POOL, indexesOf } from "../../addressing/routePlan";
import { SMALLEST_SUBNET } from "../../addressing/subnetLayout";
import { Problem } from "../problem";
import { isHost, poolAt, Values } from "../values";
import { Check, check, poolsWith } from "./check";

const subnetSize = check(["subnet"], ({ subnet }) => {
  if (subnet.bitmask <= SMALLEST_SUBNET) return [];
  return [
    {
      key: "network.cidr",
      value: subnet.toString(),
      problem: "is too small for a node subnet",
      remedy: `Choose a /${SMALLEST_SUBNET} or larger: gateway, control plane, workers and Neutron's own pool have to fit.`,
    },
  ];
});

const hostAddresses = check(["subnet", "layout"], ({ subnet, layout }) =>
  Object.entries({
    gateway: layout.gateway,
    firstWorkerAddress: layout.firstWorker,
    firstControlPlaneAddress: layout.firstControlPlane,
    "allocationPool.start": layout.allocationPools[0]!.start,
    "allocationPool.end": layout.allocationPools[0]!.end,
  })
    .filter(([, address]) => !isHost(subnet, offsetIn(subnet, address)))
    .map(([key, value]) => ({
      key: `network.${key}`,
      value,
      problem: `is not a host address of hostroute:network.cidr ${subnet.toString()}`,
      remedy: `Choose one from ${addressAt(subnet, 1)} to ${addressAt(subnet, subnet.size - 2)}, or leave the key out.`,
    })),
);

const allocationPoolOrder = check(["subnet", "layout"], ({ subnet, layout }) => {
  const allocationPool = layout.allocationPools[0]!;
  if (offsetIn(subnet, allocationPool.start) <= offsetIn(subnet, allocationPool.end)) return [];
  return [
    {
      key: "network.allocationPool",
      value: allocationPool,
      problem: "ends before it begins",
      remedy: "Swap start and end.",
    },
  ];
});

/** In an existing subnet nobody makes it so. */
const gateway = check(["layout", "offsets", "subnetId"], ({ layout, offsets, subnetId }) => {
  const pool = poolAt({ layout, offsets }, offsets.gateway);
  if (!pool || subnetId !== undefined) return [];
  return [
    {
      key: "network.gateway",
      value: layout.gateway,
      problem: `lies in Neutron's allocation pool ${pool}, which Neutron refuses`,
      remedy: "Choose an address outside of hostroute:network.allocationPool, or leave the key out.",
    },
  ];
});

/** A node, and where it would be. */
export interface Place {
  /** The keys that put it there. */
  key: string;
  value: unknown;
  start: string;
  who: string;
  offset: number;
}

export const controlPlanePlaces = ({
  offsets,
  controlPlaneCount,
}: Pick<Values, "offsets" | "controlPlaneCount">): Place[] =>
  Array.from({ length: controlPlaneCount }, (_, n) => ({
    key: "controlPlane.count",
    value: controlPlaneCount,
    start: "network.firstControlPlaneAddress",
    who: `${CONTROL_PLANE_POOL}-${n}`,
    offset: offsets.firstControlPlane + n,
  }));

/** A list for each pool, of which only the first node that does not fit is reported. */
export const workerPlaces = ({ offsets, pools }: Pick<Values, "offsets" | "pools">): Place[][] =>
  poolsWith(pools, "count", "firstSlot", "exclude").map((pool) =>
    indexesOf(pool).map((index) => ({
      key: `${pool.key}.count`,
      value: pool.count,
      start: "network.firstWorkerAddress",
      who: `worker ${pool.title}-${index}`,
      offset: offsets.firstWorker + pool.firstSlot + index,
    })),
  );

const misplaced = ({ key, value, start, who }: Place, where: string): Problem => ({
  key,
  value,
  problem: `puts ${who} ${where}`,
  remedy: `Use a larger hostroute:network.cidr, or move hostroute:${start} and hostroute:network.allocationPool apart.`,
});

/** What is wrong with a node's place: beyond the subnet, or the gateway's or Neutron's own. */
function outOfPlace(
  { subnet, layout, offsets }: Pick<Values, "subnet" | "layout" | "offsets">,
  place: Place,
): Problem[] {
  if (!isHost(subnet, place.offset)) {
    return [misplaced(place, `beyond the last address of hostroute:network.cidr ${subnet.toString()}`)];
  }
  const pool = poolAt({ layout, offsets }, place.offset);
  const owner = pool
    ? `hostroute:network.allocationPool ${pool}`
    : place.offset === offsets.gateway
      ? `the gateway, hostroute:network.gateway ${layout.gateway}`
      : undefined;
  return owner ? [misplaced(place, `at ${addressAt(subnet, place.offset)}, which belongs to ${owner}`)] : [];
}

const controlPlane = check(["subnet", "layout", "offsets", "controlPlaneCount"], (values) =>
  controlPlanePlaces(values).flatMap((place) => outOfPlace(values, place)),
);

const workers = check(["subnet", "layout", "offsets", "pools"], (values) =>
  workerPlaces(values).flatMap((pool) => pool.flatMap((place) => outOfPlace(values, place)).slice(0, 1)),
);

/** Two workers meet only where their slots do, which is a check of its own. */
const workersOnControlPlane = check(["subnet", "offsets", "controlPlaneCount", "pools"], (values) => {
  const taken = new Map(controlPlanePlaces(values).map(({ offset, who }) => [offset, who]));
  return workerPlaces(values).flatMap((pool) => {
    const place = pool.find(({ offset }) => taken.has(offset) && isHost(values.subnet, offset));
    if (!place) return [];
    const address = addressAt(values.subnet, place.offset);
    return [misplaced(place, `at ${address}, which belongs to ${taken.get(place.offset)}`)];
  });
});

/** Workers' addresses are one range, by which nodes know who may be a next hop: it ends where the first other thing begins. */
const workersBehindOthers = check(["subnet", "layout", "offsets", "controlPlaneCount", "pools"], (values) => {
  const { subnet, layout, offsets } = values;
  const others: [offset: number, what: string][] = [
    [offsets.gateway, `gateway ${layout.gateway}`],
    [offsets.firstControlPlane, `firstControlPlaneAddress ${layout.firstControlPlane}`],
    ...offsets.allocationPools.map(([first]): [number, string] => [
      first,
      `allocationPool ${poolAt({ layout, offsets }, first)}`,
    ]),
  ];
  const [end] = others.filter(([offset]) => offset > offsets.firstWorker).sort(([one], [other]) => one - other);
  if (!end) return [];
  const onControlPlane = new Set(controlPlanePlaces(values).map(({ offset }) => offset));
  return workerPlaces(values).flatMap((pool) => {
    const behind = pool.find(({ offset }) => offset > end[0]);
    const toldAlready = pool.some((place) => onControlPlane.has(place.offset) || outOfPlace(values, place).length > 0);
    if (!behind || toldAlready) return [];
    return [misplaced(behind, `at ${addressAt(subnet, behind.offset)}, behind hostroute:network.${end[1]}`)];
  });
});

/** Addresses in the node subnet: everything inside, one thing each, clear of the gateway and of Neutron's own pool. */
export const addressChecks: readonly Check[] = [
  subnetSize,
  hostAddresses,
  allocationPoolOrder,
  gateway,
  controlPlane,
  workers,
  workersOnControlPlane,
  workersBehindOthers,
];
