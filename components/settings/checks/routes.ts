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

const onRouter = check(["pools", "routerRoutes", "maxRouterRoutes"], ({ pools, routerRoutes, maxRouterRoutes }) => {
  const routes = countRoutes(pools);
  if (!routerRoutes || routes <= maxRouterRoutes) return [];
  return [
    {
      key: "network.maxRouterRoutes",
      value: maxRouterRoutes,
      problem: `is less than the ${routes} routes that the workers need on the router with network.routerRoutes, one each`,
      remedy:
        "Use fewer workers, or leave network.routerRoutes out; or, if Neutron allows more on a router (quota router_route, before 2026.2 its option max_routes), set the key to that value.",
    },
  ];
});

/** Whose the router is: the stack's own, or the one that is named beside an existing subnet. */
const router = check(
  ["routerRoutes", "routerId", "subnetId", "externalNetwork"],
  ({ routerRoutes, routerId, subnetId, externalNetwork }) => {
    const named = (problem: string, remedy: string) => [{ key: "network.routerId", value: routerId, problem, remedy }];
    if (routerId !== undefined) {
      if (!routerRoutes)
        return named(
          "is for hostroute:network.routerRoutes, which is not true",
          "Set hostroute:network.routerRoutes to true, or remove the key.",
        );
      if (subnetId === undefined)
        return named(
          "is for an existing subnet, and hostroute:network.subnetId is not set",
          "Remove the key, as a new subnet has the router that hostroute:network.externalNetwork makes; or name an existing subnet.",
        );
    }
    if (!routerRoutes || (subnetId === undefined ? externalNetwork : routerId) !== undefined) return [];
    const [missing, remedy] =
      subnetId === undefined
        ? ["hostroute:network.externalNetwork, without which there is no router", "Set that, or leave the key out."]
        : [
            "hostroute:network.routerId, as the router of an existing subnet belongs to its owner",
            "Set that to the id of a router with an interface in the subnet (openstack router list), or leave the key out.",
          ];
    return [{ key: "network.routerRoutes", value: true, problem: `needs ${missing}`, remedy }];
  },
);

/** Routes: what Neutron stores for a subnet or a router, what one DHCP option carries to the nodes, and what an object of the API holds. */
export const routeChecks: readonly Check[] = [stored, carried, published, onRouter, router];
