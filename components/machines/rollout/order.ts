import { ClusterSpec } from "../../settings/resolve";

/** Servers that stand for one another: a worker pool. */
export interface Group {
  /** The nodes in their order. */
  names: readonly string[];
  /** How many of them may be out of service at a time. */
  maxUnavailable: number;
}

/** The worker pools, each as a group of its own. */
export const poolsOf = ({
  workerPools,
  plan,
  rollout,
}: Pick<ClusterSpec, "workerPools" | "plan" | "rollout">): Group[] =>
  workerPools.map(({ name }) => ({
    names: plan.workers.filter(({ pool }) => pool === name).map((worker) => worker.name),
    maxUnavailable: rollout.maxUnavailable,
  }));

/**
 * For each server that exists, the nodes that have to be in service before anything happens to it. A server that does not exist is not
 * among them: it is made at once, together with all others that are missing, and those that exist wait for it. They go in their order, each
 * when the one that is `maxUnavailable` places before it is done.
 */
export function predecessors({ names, maxUnavailable }: Group, existing: ReadonlySet<string>): Map<string, string[]> {
  const present = names.filter((name) => existing.has(name));
  const missing = names.filter((name) => !existing.has(name));
  return new Map(present.map((name, i) => [name, i < maxUnavailable ? missing : [present[i - maxUnavailable]!]]));
}
