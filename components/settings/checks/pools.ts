import { addressAt, offsetIn, parseCidr } from "../../addressing/ipv4";
import { slotCapacity } from "../../addressing/podCidr";
import { CONTROL_PLANE_POOL, indexesOf } from "../../addressing/routePlan";
import { SubnetLayout } from "../../addressing/subnetLayout";
import { Problem } from "../problem";
import { Settings, WorkerPoolSettings } from "../schema";

/** RFC 1123: node names become host names. */
const LABEL_MAX = 63;

const poolKey = (index: number, key: string) => `workerPools[${index}].${key}`;
const lastSlot = (pool: WorkerPoolSettings) => pool.firstSlot + pool.count - 1;

/** Names, excluded indexes and slots of the worker pools. */
export function poolProblems(settings: Settings): Problem[] {
  const pools = settings.workerPools;
  const ofPools = pools.flatMap((pool, i) => [
    ...nameProblems(settings, i),
    ...pool.exclude
      .filter((index) => index >= pool.count)
      .map((index) => ({
        key: poolKey(i, "exclude"),
        value: index,
        problem: `is not an index of pool ${pool.name}, whose last is ${pool.count - 1}`,
        remedy: "Take it out of the list, or lower count instead.",
      })),
    ...slotProblems(settings, i),
  ]);
  return [...clusterNameProblems(settings), ...ofPools];
}

/** The control plane's nodes carry the cluster's name, too. */
function clusterNameProblems({ clusterName, controlPlane }: Settings): Problem[] {
  const longest = `${clusterName}-${CONTROL_PLANE_POOL}-${controlPlane.count - 1}`;
  if (longest.length <= LABEL_MAX) return [];
  return [
    {
      key: "clusterName",
      value: clusterName,
      problem: `makes node names such as ${longest}, longer than a DNS label's ${LABEL_MAX} characters`,
      remedy: `Shorten it to ${LABEL_MAX - longest.length + clusterName.length}.`,
    },
  ];
}

function nameProblems({ clusterName, workerPools }: Settings, i: number): Problem[] {
  const { name, count } = workerPools[i]!;
  const found = (problem: string, remedy: string): Problem[] => [
    { key: poolKey(i, "name"), value: name, problem, remedy },
  ];
  if (name === CONTROL_PLANE_POOL)
    return found("is the control plane's own name", "Choose another name, for example worker.");
  if (workerPools.findIndex((pool) => pool.name === name) < i)
    return found("is taken by another pool", "Give every pool its own name.");
  const longest = `${clusterName}-${name}-${Math.max(count - 1, 0)}`;
  if (longest.length > LABEL_MAX) {
    return found(
      `makes node names such as ${longest}, longer than a DNS label's ${LABEL_MAX} characters`,
      "Shorten it, or hostroute:clusterName.",
    );
  }
  return [];
}

function slotProblems(settings: Settings, i: number): Problem[] {
  const pools = settings.workerPools;
  const pool = pools[i]!;
  const capacity = slotCapacity(parseCidr(settings.clusterCidr), settings.nodeMask);
  const problems: Problem[] = [];
  if (pool.count > 0 && capacity > 0 && lastSlot(pool) >= capacity) {
    problems.push({
      key: poolKey(i, "count"),
      value: pool.count,
      also: ["clusterCidr", "nodeMask", poolKey(i, "firstSlot")],
      problem: `needs slots up to ${lastSlot(pool)}, and hostroute:clusterCidr ${settings.clusterCidr} has only ${capacity} blocks of /${settings.nodeMask}`,
      remedy: "Take fewer workers, a lower firstSlot, a wider clusterCidr or a narrower nodeMask.",
    });
  }
  const rival = pools
    .slice(0, i)
    .filter((other) => other.count > 0)
    .find((other) => pool.count > 0 && pool.firstSlot <= lastSlot(other) && other.firstSlot <= lastSlot(pool));
  if (rival) {
    problems.push({
      key: poolKey(i, "firstSlot"),
      value: pool.firstSlot,
      problem: `gives pool ${pool.name} slots ${pool.firstSlot} to ${lastSlot(pool)}, and pool ${rival.name} has ${rival.firstSlot} to ${lastSlot(rival)}`,
      remedy: `Set it to a free one, for example ${Math.max(...pools.filter((other) => other !== pool).map(lastSlot)) + 1}.`,
    });
  }
  return problems;
}

/** Nodes' addresses: inside the node subnet, one node each, clear of the gateway and of Neutron's own pool. */
export function addressProblems(settings: Settings, layout: SubnetLayout): Problem[] {
  const subnet = parseCidr(settings.network.cidr);
  const offset = (address: string) => offsetIn(subnet, address);
  const { gateway, allocationPool } = layout;
  const inside = (address: string) => offset(address) > 0 && offset(address) < subnet.size - 1;
  const problems: Problem[] = [];

  const fixed = { gateway, firstWorkerAddress: layout.firstWorker, firstControlPlaneAddress: layout.firstControlPlane };
  for (const [key, value] of Object.entries({
    ...fixed,
    "allocationPool.start": allocationPool.start,
    "allocationPool.end": allocationPool.end,
  })) {
    if (inside(value)) continue;
    problems.push({
      key: `network.${key}`,
      value,
      also: ["network.cidr"],
      problem: `is not a host address of hostroute:network.cidr ${settings.network.cidr}`,
      remedy: `Choose one from ${addressAt(subnet, 1)} to ${addressAt(subnet, subnet.size - 2)}, or leave the key out.`,
    });
  }
  if (problems.length > 0) return problems;

  if (offset(allocationPool.start) > offset(allocationPool.end)) {
    return [
      {
        key: "network.allocationPool",
        value: allocationPool,
        problem: "ends before it begins",
        remedy: "Swap start and end.",
      },
    ];
  }
  if (offset(gateway) >= offset(allocationPool.start) && offset(gateway) <= offset(allocationPool.end)) {
    problems.push({
      key: "network.gateway",
      value: gateway,
      also: ["network.cidr", "network.allocationPool"],
      problem: `lies in Neutron's allocation pool ${allocationPool.start} to ${allocationPool.end}, and Neutron refuses that`,
      remedy: "Choose an address outside of hostroute:network.allocationPool, or leave the key out.",
    });
  }

  // By offset, so that the walk along a range needs no address beyond the subnet.
  const taken = new Map<number, string>([[offset(gateway), `the gateway, hostroute:network.gateway ${gateway}`]]);
  const claim = (first: string, n: number, key: string, value: unknown, who: string, startKey: string) => {
    const at = offset(first) + n;
    const rival =
      at >= subnet.size - 1
        ? undefined
        : at >= offset(allocationPool.start) && at <= offset(allocationPool.end)
          ? `Neutron's allocation pool ${allocationPool.start} to ${allocationPool.end}`
          : taken.get(at);
    if (rival === undefined && at < subnet.size - 1) {
      // Two workers meet only where their slots do, which slotProblems reports.
      if (startKey === "network.firstControlPlaneAddress") taken.set(at, who);
      return;
    }
    problems.push({
      key,
      value,
      also: ["network.cidr", startKey],
      problem: rival
        ? `puts ${who} at ${addressAt(subnet, at)}, which belongs to ${rival}`
        : `puts ${who} beyond the last address of hostroute:network.cidr ${settings.network.cidr}`,
      remedy: `Take a wider hostroute:network.cidr, or set hostroute:${startKey} and hostroute:network.allocationPool apart.`,
    });
  };

  for (let n = 0; n < settings.controlPlane.count; n++) {
    claim(
      layout.firstControlPlane,
      n,
      "controlPlane.count",
      settings.controlPlane.count,
      `${CONTROL_PLANE_POOL}-${n}`,
      "network.firstControlPlaneAddress",
    );
  }
  settings.workerPools.forEach((pool, i) => {
    const slots = indexesOf(pool).map((index) => [index, pool.firstSlot + index] as const);
    const before = problems.length;
    for (const [index, slot] of slots) {
      claim(
        layout.firstWorker,
        slot,
        poolKey(i, "count"),
        pool.count,
        `worker ${pool.name}-${index}`,
        "network.firstWorkerAddress",
      );
      // One line a pool: the first node that does not fit says it for the rest.
      if (problems.length > before) break;
    }
  });
  return problems;
}
