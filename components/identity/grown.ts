/** What an update has more workers than host routes for. */
export interface Grown {
  /** How many workers have a host route. */
  hostRoutes: number;
  /** How many have none: nodes are to have those routes from the published plan. */
  beyond: number;
}

/**
 * Why a running cluster cannot grow beyond its host routes in this update: nodes that do not read the plan would not know the new ones, and
 * they are replaced one by one.
 * @param running whether there is a cluster
 * @param reads whether its nodes read the plan, by the last update
 * @param grown undefined: each worker has a host route
 */
export function growthRefusal(running: boolean, reads: boolean, grown: Grown | undefined): string | undefined {
  if (!running || reads || !grown) return undefined;
  const { hostRoutes, beyond } = grown;
  return (
    `hostroute:workerPools has ${hostRoutes + beyond} workers, of which ${beyond} can have no host route, and the running cluster's nodes do not read the ` +
    "published plan yet: they were made by an earlier version of this program, or with hostroute:network.routeTier subnet. Nothing was touched.\n" +
    `  Run pulumi up with no more than ${hostRoutes} workers first, and with network.routeTier auto or nodes; it replaces the servers one after ` +
    "the other. Then add the others."
  );
}
