import { DHCP_OPTION_MAX_BYTES, option121Bytes } from "../../addressing/dhcpOption121";
import { indexesOf } from "../../addressing/routePlan";
import { Problem } from "../problem";
import { Settings } from "../schema";

/** Host routes: what Neutron stores for a subnet, and what one DHCP option carries to the nodes. */
export function routeProblems(settings: Settings): Problem[] {
  const routes = settings.workerPools.flatMap(indexesOf).length;
  const { maxHostRoutes } = settings.network;
  const problems: Problem[] = [];
  if (routes > maxHostRoutes) {
    problems.push({
      key: "network.maxHostRoutes",
      value: maxHostRoutes,
      also: ["workerPools"],
      problem: `is less than the ${routes} host routes of the workers, one each`,
      remedy:
        "Take fewer workers; or, where the cloud's operator has raised Neutron's max_subnet_host_routes, set the key to that value.",
    });
  }
  const bytes = option121Bytes(Array<number>(routes).fill(settings.nodeMask), true);
  if (bytes > DHCP_OPTION_MAX_BYTES) {
    problems.push({
      key: "workerPools",
      value: `with ${routes} workers`,
      also: ["nodeMask"],
      problem: `makes DHCP option 121 ${bytes} bytes long (host routes, metadata and default route), and an option holds ${DHCP_OPTION_MAX_BYTES}`,
      remedy: "Take fewer workers in this subnet: nodes would get no routes at all.",
    });
  }
  return problems;
}
