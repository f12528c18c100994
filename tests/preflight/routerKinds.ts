import { Raw } from "../fixtures";
import { EXISTING, ROUTER_ID, SUBNET_ID } from "./cloud";
import type { Kind } from "./kinds";

const OWN: Raw = { network: { externalNetwork: "public", routerRoutes: true } };
const NAMED: Raw = { network: { ...EXISTING, routerRoutes: true, routerId: ROUTER_ID } };
const routes = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ destination: `192.168.${n}.0/24`, nexthop: "10.106.1.254" }));

/** What can be wrong with the router that others are to reach pods by. */
export const routerKinds: Kind[] = [
  {
    name: "no extension extraroute-atomic",
    raw: OWN,
    change: (facts) => (facts.extensions = facts.extensions!.filter((alias) => alias !== "extraroute-atomic")),
    says: "hostroute:network.routerRoutes true needs Neutron's extension extraroute-atomic, by which routes are added to a router and taken away without a look at those of others, and this cloud does not have it.\n  Ask the cloud's operator for it.",
  },
  {
    name: "more workers than the quota allows routes on a new router",
    raw: { ...OWN, workerPools: [{ name: "worker", count: 3 }] },
    change: (facts) => (facts.routerRouteLimit = 2),
    says: "hostroute:network.routerRoutes true needs 3 routes on the router, and with 0 of others that is more than the 2 of the project's quota router_route.\n  Remove some of others, use fewer workers, or leave the key out; or, ask the cloud's operator for a quota of 3.",
  },
  {
    name: "routes of others on the stack's own router, beyond the quota",
    raw: OWN,
    change: (facts) => (facts.router = { id: "own", routes: routes(28) }),
    says: "hostroute:network.routerRoutes true needs 3 routes on the router, and with 28 of others that is more than the 30 of the project's quota router_route.\n  Remove some of others, use fewer workers, or leave the key out; or, ask the cloud's operator for a quota of 31.",
  },
  {
    name: "the same on a named router, where Neutron has no such quota",
    raw: NAMED,
    existing: true,
    change: (facts) => {
      delete facts.routerRouteLimit;
      facts.router!.routes = routes(28);
    },
    says: "hostroute:network.routerRoutes true needs 3 routes on the router, and with 28 of others that is more than hostroute:network.maxRouterRoutes 30.\n  Remove some of others, use fewer workers, or leave the key out; or, if Neutron's max_routes is higher, set the key to that.",
  },
  {
    name: "a router that is not there",
    raw: NAMED,
    existing: true,
    change: (facts) => (facts.router = null),
    says: `hostroute:network.routerId ${ROUTER_ID} is not a router that the project sees.\n  Give an id that \`openstack router list\` shows.`,
  },
  {
    name: "a router elsewhere",
    raw: NAMED,
    existing: true,
    change: (facts) => (facts.router!.interfaces = [{ subnetId: "another", address: "10.9.0.1" }]),
    says: `hostroute:network.routerId ${ROUTER_ID} has no interface in the existing subnet ${SUBNET_ID}, and so takes no route by way of its nodes.\n  Connect it (openstack router add subnet ${ROUTER_ID} ${SUBNET_ID}), or name one that has; in the network there is router-id.`,
  },
  {
    name: "a router elsewhere, and none in a network of which not all is seen",
    raw: NAMED,
    existing: true,
    change: (facts) => {
      facts.router!.interfaces = [];
      facts.ports = [];
    },
    says: `hostroute:network.routerId ${ROUTER_ID} has no interface in the existing subnet ${SUBNET_ID}, and so takes no route by way of its nodes.\n  Connect it (openstack router add subnet ${ROUTER_ID} ${SUBNET_ID}), or name one that has.`,
  },
  {
    name: "a router that is not the nodes' gateway",
    raw: NAMED,
    existing: true,
    change: (facts) => (facts.router!.interfaces![0]!.address = "10.106.1.240"),
    says: `hostroute:network.routerId ${ROUTER_ID} has 10.106.1.240 in the existing subnet, whose gateway is 10.106.1.1.\n  Nodes answer by the gateway: whoever is behind this router needs a route there, or a host route of the subnet by way of this one.`,
    warning: true,
  },
];

/** What looks like the above and fits. */
export const routerFits: [name: string, raw: Raw, change: (facts: Parameters<Kind["change"]>[0]) => void][] = [
  ["a full router", OWN, (facts) => (facts.router = { id: "own", routes: routes(27) })],
  [
    "any number of routes",
    OWN,
    (facts) => {
      facts.routerRouteLimit = -1;
      facts.router = { id: "own", routes: routes(90) };
    },
  ],
  [
    "a quota beyond what the configuration knows",
    OWN,
    (facts) => {
      facts.routerRouteLimit = 60;
      facts.router = { id: "own", routes: routes(40) };
    },
  ],
  [
    "workers' own routes, of now and of before",
    OWN,
    (facts) => {
      facts.routerRouteLimit = 3;
      const own = [0, 1, 7].map((n) => ({ destination: `10.200.${n}.0/24`, nexthop: `10.106.1.${n + 2}` }));
      facts.router = { id: "own", routes: own };
    },
  ],
  [
    "all routes there, beyond a quota that was lowered since",
    OWN,
    (facts) => {
      facts.routerRouteLimit = 2;
      const own = [0, 1, 2].map((n) => ({ destination: `10.200.${n}.0/24`, nexthop: `10.106.1.${n + 2}` }));
      facts.router = { id: "own", routes: own };
    },
  ],
  [
    "a router of which nothing is known",
    OWN,
    (facts) => {
      facts.routerRouteLimit = 2;
      delete facts.router;
    },
  ],
  [
    "a full router of others, where none is asked for",
    {},
    (facts) => (facts.router = { id: "own", routes: routes(90) }),
  ],
];
