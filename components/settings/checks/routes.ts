import { DHCP_OPTION_MAX_BYTES, option121Bytes } from "../../addressing/dhcpOption121";
import { indexesOf } from "../../addressing/routePlan";
import { Values } from "../values";
import { Check, check, poolsWith } from "./check";

/** One host route a worker. Of a pool that is malformed it may have more: they are counted once it is not. */
const countRoutes = (pools: Values["pools"]) => poolsWith(pools, "count", "exclude").flatMap(indexesOf).length;

const stored = check(["pools", "maxHostRoutes"], ({ pools, maxHostRoutes }) => {
  const routes = countRoutes(pools);
  if (routes <= maxHostRoutes) return [];
  return [
    {
      key: "network.maxHostRoutes",
      value: maxHostRoutes,
      problem: `is less than the ${routes} host routes that the workers need, one each`,
      remedy:
        "Use fewer workers; or, if the cloud's operator has raised Neutron's max_subnet_host_routes, set the key to that value.",
    },
  ];
});

const carried = check(["pools", "nodeMask"], ({ pools, nodeMask }) => {
  const routes = countRoutes(pools);
  const bytes = option121Bytes(Array<number>(routes).fill(nodeMask), true);
  if (bytes <= DHCP_OPTION_MAX_BYTES) return [];
  return [
    {
      key: "workerPools",
      value: `with ${routes} workers`,
      problem: `makes DHCP option 121 ${bytes} bytes long (host routes, metadata and default route), but an option holds at most ${DHCP_OPTION_MAX_BYTES}`,
      remedy: "Use fewer workers in this subnet: with a longer option, nodes get no routes at all.",
    },
  ];
});

/** Host routes: what Neutron stores for a subnet, and what one DHCP option carries to the nodes. */
export const routeChecks: readonly Check[] = [stored, carried];
