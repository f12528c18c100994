import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";
import { NETWORK_ID, ROUTER_ID, SUBNET_ID } from "../badInput";

const EXISTING = { networkId: NETWORK_ID, subnetId: SUBNET_ID };
const pool = (more: object) => ({ name: "worker", count: 1, ...more });

/** What it is about, the configuration, and every problem that it must bring, word for word. */
type Row = [name: string, raw: Record<string, unknown>, problems: string[]];

const rows: Row[] = [
  [
    "more routes than Neutron stores",
    { workerPools: [pool({ count: 21 })], network: { routeTier: "subnet" } },
    [
      "hostroute:network.maxHostRoutes 20 is less than the 21 host routes that the workers need with network.routeTier subnet, one each.\n  Set network.routeTier to auto, use fewer workers; or, if the cloud's operator has raised Neutron's max_subnet_host_routes, set the key to that value.",
    ],
  ],
  [
    "more routes than DHCP option 121 holds",
    { workerPools: [pool({ count: 31 })], network: { maxHostRoutes: 40, routeTier: "subnet" } },
    [
      "hostroute:workerPools with 31 workers makes DHCP option 121 262 bytes long (host routes, metadata and default route), but an option holds at most 255.\n  Set network.routeTier to auto, use fewer workers: with a longer option, nodes get no routes at all.",
    ],
  ],
  [
    "more routes than one ConfigMap holds",
    {
      clusterCidr: "10.0.0.0/9",
      serviceCidr: "172.23.32.0/24",
      workerPools: [pool({ count: 25_001 })],
      network: { cidr: "10.128.0.0/16" },
    },
    [
      "hostroute:workerPools with 25001 workers makes the published route plan longer than one ConfigMap may be, which holds 25000 routes.\n  Use fewer workers.",
    ],
  ],
  [
    "more routes than Neutron allows on a router",
    { workerPools: [pool({ count: 31 })], network: { externalNetwork: "public", routerRoutes: true } },
    [
      "hostroute:network.maxRouterRoutes 30 is less than the 31 routes that the workers need on the router with network.routerRoutes, one each.\n  Use fewer workers, or leave network.routerRoutes out; or, if Neutron allows more on a router (quota router_route, before 2026.2 its option max_routes), set the key to that value.",
    ],
  ],
  [
    "routes on a router that there is not",
    { network: { routerRoutes: true } },
    [
      "hostroute:network.routerRoutes true needs hostroute:network.externalNetwork, without which there is no router.\n  Set that, or leave the key out.",
    ],
  ],
  [
    "routes on a router of somebody's that is not named",
    { network: { ...EXISTING, externalNetwork: "public", routerRoutes: true } },
    [
      "hostroute:network.routerRoutes true needs hostroute:network.routerId, as the router of an existing subnet belongs to its owner.\n  Set that to the id of a router with an interface in the subnet (openstack router list), or leave the key out.",
    ],
  ],
  [
    "a router that nothing is for",
    { network: { ...EXISTING, routerId: ROUTER_ID } },
    [
      `hostroute:network.routerId ${ROUTER_ID} is for hostroute:network.routerRoutes, which is not true.\n  Set hostroute:network.routerRoutes to true, or remove the key.`,
    ],
  ],
  [
    "a router beside a new subnet",
    { network: { externalNetwork: "public", routerRoutes: true, routerId: ROUTER_ID } },
    [
      `hostroute:network.routerId ${ROUTER_ID} is for an existing subnet, and hostroute:network.subnetId is not set.\n  Remove the key, as a new subnet has the router that hostroute:network.externalNetwork makes; or name an existing subnet.`,
    ],
  ],
];

it.each(rows)("refuses %s", (_name, raw, expected) => {
  expect(validate({ clusterName: "dev", ...raw }).problems.map(formatProblem)).toEqual(expected);
});

it("takes as many routes as DHCP option 121 holds, pools side by side, and pools without nodes anywhere", () => {
  const workerPools = [
    pool({ count: 20 }),
    pool({ name: "b", count: 10, firstSlot: 20 }),
    pool({ name: "c", count: 0 }),
  ];
  expect(
    validate({ clusterName: "dev", workerPools, network: { maxHostRoutes: 30, routeTier: "subnet" } }).problems,
  ).toEqual([]);
});

it.each(["auto", "nodes"])("takes a thousand workers in tier %s", (routeTier) => {
  const raw = {
    workerPools: [pool({ count: 1000 })],
    clusterCidr: "10.0.0.0/12",
    network: { cidr: "10.106.0.0/21", routeTier },
  };
  expect(validate({ clusterName: "dev", ...raw }).problems).toEqual([]);
});

it.each([
  ["the stack's own, as many as Neutron allows by default", 30, { externalNetwork: "public" }],
  ["the stack's own, more where Neutron allows more", 31, { externalNetwork: "public", maxRouterRoutes: 31 }],
  ["a named one", 3, { ...EXISTING, routerId: ROUTER_ID }],
])("takes routes on a router: %s", (_name, count, network) => {
  const raw = { workerPools: [pool({ count })], network: { ...network, routerRoutes: true } };
  expect(validate({ clusterName: "dev", ...raw }).problems).toEqual([]);
});
