import { option121Holds } from "../addressing/dhcpOption121";
import { PlannedWorker, RoutePlan } from "../addressing/routePlan";

/** What carries the routes to pods to the nodes: host routes of the node subnet, or the plan that the stack publishes in the cluster. */
export type RouteTier = "subnet" | "nodes";
/** What the operator may say of it. */
export const ROUTE_TIERS = ["auto", "subnet", "nodes"] as const;

/** What of the network's settings the tier depends on. */
export interface TierSettings {
  readonly routeTier: (typeof ROUTE_TIERS)[number];
  readonly maxHostRoutes: number;
}

/**
 * Whether nodes look for a published plan: unless the operator says that there is none. It does not depend on what `auto` chooses, so
 * that a cluster which grows beyond its host routes replaces no server.
 */
export const publishesPlan = ({ network }: { network: Pick<TierSettings, "routeTier"> }): boolean =>
  network.routeTier !== "subnet";

/** How many workers can have a host route: as many as Neutron stores for a subnet, and one DHCP option carries. */
export const hostRoutesAllowed = ({ maxHostRoutes }: Pick<TierSettings, "maxHostRoutes">, nodeMask: number): number =>
  Math.min(maxHostRoutes, option121Holds(nodeMask));

/** The tier of a plan, and which of its routes are host routes: all, or those of the first slots. */
export function tierOf(
  settings: TierSettings,
  nodeMask: number,
  { workers, routes }: Pick<RoutePlan, "workers" | "routes">,
): { routeTier: RouteTier; hostRoutes: RoutePlan["routes"] } {
  const { routeTier } = settings;
  const most = hostRoutesAllowed(settings, nodeMask);
  const bySlot = [...workers].sort((one: PlannedWorker, other: PlannedWorker) => one.slot - other.slot);
  const first = new Set(bySlot.slice(0, most).map(({ name }) => name));
  const hostRoutes = routes.filter(({ node }) => first.has(node));
  const all = hostRoutes.length === routes.length;
  return { routeTier: routeTier === "auto" ? (all ? "subnet" : "nodes") : routeTier, hostRoutes };
}
