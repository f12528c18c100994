import { DHCP_OPTION_MAX_BYTES, option121Bytes } from "../../addressing/dhcpOption121";
import { indexesOf } from "../../addressing/routePlan";
import { Values } from "../values";
import { Check, check, poolsWith } from "./check";

const OTHER_TIER = "Set network.routeTier to auto, use fewer workers";

/** 1 MiB (kubernetes pkg/apis/core/validation: MaxSecretSize) in the longest lines, `255.255.255.255/30 via 255.255.255.255`. */
const PUBLISHED_MOST = 25_000;

/** One host route a worker. Of a pool that is malformed it may have more: they are counted once it is not. */
const countRoutes = (pools: Values["pools"]) => poolsWith(pools, "count", "exclude").flatMap(indexesOf).length;

const stored = check(["pools", "maxHostRoutes", "routeTier"], ({ pools, maxHostRoutes, routeTier }) => {
  const routes = countRoutes(pools);
  if (routeTier !== "subnet" || routes <= maxHostRoutes) return [];
  return [
    {
      key: "network.maxHostRoutes",
      value: maxHostRoutes,
      problem: `is less than the ${routes} host routes that the workers need with network.routeTier subnet, one each`,
      remedy: `${OTHER_TIER}; or, if the cloud's operator has raised Neutron's max_subnet_host_routes, set the key to that value.`,
    },
  ];
});

const carried = check(["pools", "nodeMask", "routeTier"], ({ pools, nodeMask, routeTier }) => {
  const routes = countRoutes(pools);
  if (routeTier !== "subnet") return [];
  const bytes = option121Bytes(Array<number>(routes).fill(nodeMask), true);
  if (bytes <= DHCP_OPTION_MAX_BYTES) return [];
  return [
    {
      key: "workerPools",
      value: `with ${routes} workers`,
      problem: `makes DHCP option 121 ${bytes} bytes long (host routes, metadata and default route), but an option holds at most ${DHCP_OPTION_MAX_BYTES}`,
      remedy: `${OTHER_TIER}: with a longer option, nodes get no routes at all.`,
    },
  ];
});

/** More than Kubernetes is tested with (5,000 nodes); what one object holds is checked all the same (docs/limits.md). */
const published = check(["pools", "routeTier"], ({ pools, routeTier }) => {
  const routes = countRoutes(pools);
  if (routeTier === "subnet" || routes <= PUBLISHED_MOST) return [];
  return [
    {
      key: "workerPools",
      value: `with ${routes} workers`,
      problem: `makes the published route plan longer than one ConfigMap may be, which holds ${PUBLISHED_MOST} routes`,
      remedy: "Use fewer workers.",
    },
  ];
});

/** Routes: what Neutron stores for a subnet, what one DHCP option carries to the nodes, and what an object of the API holds. */
export const routeChecks: readonly Check[] = [stored, carried, published];
