import { asNeutron, beyond } from "../../network/hostRoutes/table";
import { Facts, RouteTable } from "../facts";
import { Check, counted, Finding, listed } from "../finding";
import { Needs, RouterNeeds } from "../needs";
import { isPods } from "./routes";
import { ROUTER } from "./subnet";

/** The router that others are to reach pods by: there, connected, and with room for the plan's routes. Who has which route is RouterRoutes' matter. */
export const router: Check = (needs, facts) => {
  const { onRouter } = needs;
  if (!onRouter) return [];
  const { routerId } = onRouter;
  if (facts.router === null && routerId !== undefined)
    return [
      {
        key: "network.routerId",
        value: routerId,
        problem: "is not a router that the project sees",
        remedy: "Give an id that `openstack router list` shows.",
      },
    ];
  return [
    ...(facts.router ? connection(needs, facts, facts.router) : []),
    ...(facts.router === undefined ? [] : room(needs, onRouter, facts)),
  ];
};

/** Neutron takes no next hop that is in none of the router's subnets. */
function connection({ network: { existing } }: Needs, facts: Facts, { id, interfaces }: RouteTable): Finding[] {
  if (!existing || !interfaces) return [];
  const said = { key: "network.routerId", value: id };
  const { subnetId } = existing;
  const own = interfaces.filter((each) => each.subnetId === subnetId).map(({ address }) => address);
  if (own.length === 0)
    return [
      {
        ...said,
        problem: `has no interface in the existing subnet ${subnetId}, and so takes no route by way of its nodes`,
        remedy: `Connect it (openstack router add subnet ${id} ${subnetId}), or name one that has${inNetwork(facts)}.`,
      },
    ];
  const gateway = facts.subnet?.gateway_ip;
  if (gateway === undefined || (gateway !== null && own.includes(gateway))) return [];
  return [
    {
      ...said,
      problem: `has ${listed(own)} in the existing subnet, whose gateway is ${gateway ?? "nobody"}`,
      remedy:
        "Nodes answer by the gateway: whoever is behind this router needs a route there, or a host route of the subnet by way of this one.",
      warning: true,
    },
  ];
}

/** The routers with an interface in the network, as far as they are to be seen: another project's need not be. */
function inNetwork({ ports = [] }: Facts): string {
  const ids = ports.flatMap(({ device_owner, device_id }) => (device_owner.startsWith(ROUTER) ? device_id : []));
  return ids.length === 0 ? "" : `; in the network there is ${listed([...new Set(ids)])}`;
}

/** Neutron counts all of a router's routes, whoever's they are, when some are added. */
function room(needs: Needs, { routes, most }: RouterNeeds, facts: Facts): Finding[] {
  const found = facts.router?.routes ?? [];
  const limit = facts.routerRouteLimit ?? most;
  const others = found.filter((route) => !isPods(needs, route)).length;
  const all = others + routes.length;
  if (limit < 0 || all <= limit || beyond(asNeutron(routes), found).length === 0) return [];
  const source =
    facts.routerRouteLimit === undefined
      ? `hostroute:network.maxRouterRoutes ${most}`
      : `the ${limit} of the project's quota router_route`;
  const raise =
    facts.routerRouteLimit === undefined
      ? "if Neutron's max_routes is higher, set the key to that"
      : `ask the cloud's operator for a quota of ${all}`;
  return [
    {
      key: "network.routerRoutes",
      value: true,
      problem: `needs ${counted(routes.length, "route")} on the router, and with ${others} of others that is more than ${source}`,
      remedy: `Remove some of others, use fewer workers, or leave the key out; or, ${raise}.`,
    },
  ];
}
