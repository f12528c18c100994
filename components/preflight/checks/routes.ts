import { offsetIn, parseCidr } from "../../addressing/ipv4";
import { tooLong } from "../../network/hostRoutes/room";
import { desiredTable, NeutronRoute, sameTable } from "../../network/hostRoutes/table";
import { Check, Finding } from "../finding";
import { Needs } from "../needs";

/** Neutron's `max_subnet_host_routes` (neutron/conf/common.py), unless its operator has changed it. */
const NEUTRONS_OWN = 20;

/** Room for the plan's host routes beside those that others have in an existing subnet. Who has what is HostRoutes' matter. */
export const routes: Check = (needs, { subnet }) => {
  const {
    routes: plan,
    network: { existing },
  } = needs;
  if (!existing || !subnet) return [];
  const found = subnet.host_routes;
  const others = found.filter((route) => !isPods(needs, route));
  const wanted = desiredTable(others, plan, []);
  if (sameTable(wanted, found)) return [];
  const said = { key: "network.subnetId", value: existing.subnetId };
  const long = tooLong(wanted, found, plan.length);
  return [
    ...tooMany(needs, others.length, wanted.length).map((finding) => ({ ...said, ...finding })),
    ...(long === undefined
      ? []
      : [{ ...said, problem: "has no room for the plan's host routes in DHCP option 121", remedy: `${long}.` }]),
  ];
};

/** Whether a route is for pods: what is in their range is the stack's, of now or of workers that leave. */
export function isPods({ clusterCidr }: Needs, { destination }: NeutronRoute): boolean {
  const pods = parseCidr(clusterCidr);
  const offset = offsetIn(pods, destination.split("/")[0]!);
  return offset >= 0 && offset < pods.size;
}

/**
 * More than Neutron stores. Where workers have no host route, the key may have been lowered to leave others their room, and Neutron's limit is
 * not known any more: then Neutron has the last word, before anything else is made.
 */
function tooMany(
  { routes: plan, withoutHostRoute, network: { maxHostRoutes, readsPlan } }: Needs,
  others: number,
  all: number,
): Omit<Finding, "key" | "value">[] {
  const lowered = withoutHostRoute > 0;
  const limit = lowered ? Math.max(maxHostRoutes, NEUTRONS_OWN) : maxHostRoutes;
  if (all <= limit) return [];
  const key = "hostroute:network.maxHostRoutes";
  const what = limit === maxHostRoutes ? `${key} ${maxHostRoutes}` : `the ${limit} that Neutron allows by default`;
  const problem = `has ${others} host routes of others, and with the plan's ${plan.length} that is more than ${what}`;
  const fewer = `Set ${key} to ${Math.max(0, limit - others)}, as nodes read the other routes in the cluster`;
  if (lowered)
    return [{ problem, remedy: `${fewer}; unless Neutron's max_subnet_host_routes is ${all} or more.`, warning: true }];
  const higher = "if Neutron's max_subnet_host_routes is higher, set the key to that";
  return [
    {
      problem,
      remedy: readsPlan
        ? `${fewer}, or remove some of others; or, ${higher}.`
        : `Remove some of others, use fewer workers or another subnet; or, ${higher}.`,
    },
  ];
}
