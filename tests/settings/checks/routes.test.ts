import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";

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
