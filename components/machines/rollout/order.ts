import { ClusterSpec } from "../../settings/resolve";

/** Servers that stand for one another: the control plane, or a worker pool. */
export interface Group {
  /** The nodes in their order. */
  names: readonly string[];
  /** How many of them may be out of service at a time. */
  maxUnavailable: number;
}

/** All servers of a cluster: the control plane comes before the workers. */
export interface Order {
  controlPlane: Group;
  pools: readonly Group[];
}

/** The order in which a cluster's servers are replaced: each pool by itself, of the control plane never more than one. */
export const orderOf = ({
  workerPools,
  plan,
  rollout,
}: Pick<ClusterSpec, "workerPools" | "plan" | "rollout">): Order => ({
  controlPlane: { names: plan.controlPlane.map(({ name }) => name), maxUnavailable: 1 },
  pools: workerPools.map(({ name }) => ({
    names: plan.workers.filter(({ pool }) => pool === name).map((worker) => worker.name),
    maxUnavailable: rollout.maxUnavailable,
  })),
});

/** What has to have happened before anything happens to a server. */
export interface Turn {
  /** Nodes that are in service. */
  inService: readonly string[];
  /** Whether workers that leave are empty. */
  departed: boolean;
}

/**
 * The turn of each server that has to wait for one. With a control plane that runs, every worker waits for all of it: no kubelet is ever
 * newer than an API server. A cluster whose control plane is yet to be made is made at once.
 */
export function turnsIn({ controlPlane, pools }: Order, existing: ReadonlySet<string>): Map<string, Turn> {
  const members = predecessors(controlPlane, existing);
  const first = runs({ controlPlane }, existing) ? controlPlane.names : [];
  const workers = pools.flatMap((pool) => {
    const own = predecessors(pool, existing);
    return pool.names.flatMap((name): [string, Turn][] => {
      const before = own.get(name);
      if (!before && first.length === 0) return [];
      return [[name, { inService: [...first, ...(before ?? [])], departed: before !== undefined }]];
    });
  });
  return new Map([
    ...[...members].map(([name, inService]): [string, Turn] => [name, { inService, departed: false }]),
    ...workers,
  ]);
}

/** Whether there is any server of the control plane. */
export const runs = ({ controlPlane }: Pick<Order, "controlPlane">, existing: ReadonlySet<string>): boolean =>
  controlPlane.names.some((name) => existing.has(name));

/**
 * For each server that exists, the nodes of its group that have to be in service before anything happens to it. A server that does not exist is not
 * among them: it is made at once, together with all others that are missing, and those that exist wait for it. They go in their order, each
 * when the one that is `maxUnavailable` places before it is done.
 */
export function predecessors({ names, maxUnavailable }: Group, existing: ReadonlySet<string>): Map<string, string[]> {
  const { missing, present } = partition(names, existing);
  return new Map(present.map((name, i) => [name, i < maxUnavailable ? missing : [present[i - maxUnavailable]!]]));
}

/**
 * For each node of a group but the first `most`, the one whose server has to be there before it is registered at all: so never more than that many are
 * on their way. Those that exist come last, since they wait for the others.
 */
export function places(
  { names }: Pick<Group, "names">,
  existing: ReadonlySet<string>,
  most: number,
): Map<string, string> {
  const { missing, present } = partition(names, existing);
  const inOrder = [...missing, ...present];
  return new Map(inOrder.slice(most).map((name, i) => [name, inOrder[i]!]));
}

const partition = (names: readonly string[], existing: ReadonlySet<string>) => ({
  missing: names.filter((name) => !existing.has(name)),
  present: names.filter((name) => existing.has(name)),
});
