/** A route of a subnet or a router, as Neutron's API writes it. */
export interface NeutronRoute {
  destination: string;
  nexthop: string;
}

/** The same as the plan writes it. */
export interface HostRoute {
  destination: string;
  nextHop: string;
}

export const asNeutron = (routes: readonly HostRoute[]): NeutronRoute[] =>
  routes.map(({ destination, nextHop }) => ({ destination, nexthop: nextHop }));

const has = (table: readonly NeutronRoute[], route: HostRoute) =>
  table.some(({ destination, nexthop }) => destination === route.destination && nexthop === route.nextHop);

/**
 * The whole table of a subnet or a router as it should be: routes of others as they are, in their order, then ours.
 * A destination is ours when the plan has it now or had it at the last update; any other route to it is removed.
 */
export function desiredTable(
  found: readonly NeutronRoute[],
  plan: readonly HostRoute[],
  before: readonly HostRoute[],
): NeutronRoute[] {
  const ours = new Set([...plan, ...before].map(({ destination }) => destination));
  const foreign = found.filter(({ destination }) => !ours.has(destination));
  return [...foreign, ...asNeutron(plan)];
}

/** Routes of ours that are still there, though the plan has nothing for their destinations any more. */
export function leftover(
  found: readonly NeutronRoute[],
  plan: readonly HostRoute[],
  before: readonly HostRoute[],
): HostRoute[] {
  return before.filter(
    (route) => has(found, route) && !plan.some(({ destination }) => destination === route.destination),
  );
}

/** The table without these routes. */
export const without = (found: readonly NeutronRoute[], routes: readonly HostRoute[]): NeutronRoute[] =>
  beyond(found, asNeutron(routes));

/** What of a table another one does not have. */
export const beyond = (table: readonly NeutronRoute[], other: readonly NeutronRoute[]): NeutronRoute[] => {
  const there = new Set(other.map(keyOf));
  return table.filter((route) => !there.has(keyOf(route)));
};
const keyOf = ({ destination, nexthop }: NeutronRoute) => `${destination} ${nexthop}`;

/** Routes that others have for destinations that would be new to us: replacing them would cut somebody off. */
export function conflicts(
  found: readonly NeutronRoute[],
  plan: readonly HostRoute[],
  before: readonly HostRoute[],
): NeutronRoute[] {
  const known = new Set(before.map(({ destination }) => destination));
  return found.filter(
    ({ destination, nexthop }) =>
      !known.has(destination) && plan.some((r) => r.destination === destination && r.nextHop !== nexthop),
  );
}

/** What others changed, one line each: routes of the last update that are missing, and others in their place. */
export function drift(found: readonly NeutronRoute[], before: readonly HostRoute[]): string[] {
  const lines = before
    .filter((route) => !has(found, route))
    .map(({ destination, nextHop }) => `${destination} via ${nextHop} was missing`);
  const strangers = found
    .filter(({ destination, nexthop }) => before.some((r) => r.destination === destination && r.nextHop !== nexthop))
    .map(({ destination, nexthop }) => `${destination} via ${nexthop} was not ours`);
  return [...lines, ...strangers];
}

/** Whether two tables hold the same routes; Neutron keeps no order. */
export function sameTable(one: readonly NeutronRoute[], other: readonly NeutronRoute[]): boolean {
  const key = (table: readonly NeutronRoute[]) => table.map(keyOf).sort().join();
  return key(one) === key(other);
}
