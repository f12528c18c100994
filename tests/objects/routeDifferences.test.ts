import { compareRoutes, Difference, formatDifferences, parseObserved } from "../../components/objects/routeDifferences";

describe("parseObserved", () => {
  it.each<[name: string, text: string, nodes: object[]]>([
    [
      "the 1.4-era document's own example",
      "10.240.0.20 10.200.0.0/24 \n10.240.0.21 10.200.1.0/24 \n10.240.0.22 10.200.2.0/24 \n",
      [
        { address: "10.240.0.20", podCidr: "10.200.0.0/24" },
        { address: "10.240.0.21", podCidr: "10.200.1.0/24" },
        { address: "10.240.0.22", podCidr: "10.200.2.0/24" },
      ],
    ],
    ["a node that has not reported yet", " 10.200.0.0/24 \n", [{ podCidr: "10.200.0.0/24" }]],
    ["a node without podCIDR", "10.106.1.2  \n", [{ address: "10.106.1.2" }]],
    [
      "a node of two families",
      "fd00::2 10.106.1.2 10.200.0.0/24 ",
      [{ address: "10.106.1.2", podCidr: "10.200.0.0/24" }],
    ],
    ["a node with neither, and no node", "  \n\n", []],
    ["Windows' line ends", "10.106.1.2 10.200.0.0/24 \r\n", [{ address: "10.106.1.2", podCidr: "10.200.0.0/24" }]],
  ])("reads %s", (_name, text, nodes) => expect(parseObserved(text)).toEqual(nodes));
});

const routes = [
  { node: "dev-worker-0", destination: "10.200.0.0/24", nextHop: "10.106.1.2" },
  { node: "dev-worker-1", destination: "10.200.1.0/24", nextHop: "10.106.1.3" },
];
const observed = [
  { address: "10.106.1.2", podCidr: "10.200.0.0/24" },
  { address: "10.106.1.3", podCidr: "10.200.1.0/24" },
];
const neutron = [
  { destination: "10.200.0.0/24", nexthop: "10.106.1.2" },
  { destination: "10.200.1.0/24", nexthop: "10.106.1.3" },
  { destination: "192.0.2.0/24", nexthop: "10.106.1.200" },
];

const planned = { podCidr: "10.200.0.0/24", address: "10.106.1.2" };
const hop = "10.106.1.2";
const cidr = "10.200.0.0/24";

type Row = [
  name: string,
  kubernetes: typeof observed | object[],
  hostRoutes: typeof neutron,
  differences: Difference[],
];
it.each<Row>([
  ["nothing", observed, neutron, []],
  ["nothing, in another order", [...observed].reverse(), [...neutron].reverse(), []],
  ["no such node", observed.slice(1), neutron, [{ node: "dev-worker-0", planned, neutron: [hop] }]],
  [
    "a node that has not reported its address",
    [{ podCidr: cidr }, observed[1]!],
    neutron,
    [{ node: "dev-worker-0", planned, neutron: [hop] }],
  ],
  [
    "a node without podCIDR",
    [{ address: hop }, observed[1]!],
    neutron,
    [{ node: "dev-worker-0", planned, kubernetes: null, neutron: [hop] }],
  ],
  [
    "another podCIDR",
    [{ address: hop, podCidr: "10.200.7.0/24" }, observed[1]!],
    neutron,
    [{ node: "dev-worker-0", planned, kubernetes: "10.200.7.0/24", neutron: [hop] }],
  ],
  ["no route", observed, neutron.slice(1), [{ node: "dev-worker-0", planned, kubernetes: cidr, neutron: [] }]],
  [
    "a second next hop",
    observed,
    [...neutron, { destination: cidr, nexthop: "10.106.1.9" }],
    [{ node: "dev-worker-0", planned, kubernetes: cidr, neutron: [hop, "10.106.1.9"] }],
  ],
  [
    "another next hop",
    observed,
    [{ destination: cidr, nexthop: "10.106.1.9" }, ...neutron.slice(1)],
    [{ node: "dev-worker-0", planned, kubernetes: cidr, neutron: ["10.106.1.9"] }],
  ],
  [
    "nodes that the plan does not have",
    [...observed, { address: "10.106.1.9", podCidr: "10.200.9.0/24" }, { address: "10.106.1.10" }],
    neutron,
    [
      { node: "10.106.1.9", kubernetes: "10.200.9.0/24", neutron: [] },
      { node: "10.106.1.10", kubernetes: null, neutron: [] },
    ],
  ],
])("compareRoutes finds %s", (_name, kubernetes, hostRoutes, differences) => {
  expect(compareRoutes(routes, kubernetes, hostRoutes)).toEqual(differences);
});

it.each<[string, typeof neutron, Difference[]]>([
  ["no route", neutron.slice(1), []],
  [
    "another next hop",
    [{ destination: cidr, nexthop: "10.106.1.9" }, ...neutron.slice(1)],
    [{ node: "dev-worker-0", planned, kubernetes: cidr, neutron: ["10.106.1.9"], published: true }],
  ],
])(
  "compareRoutes finds, where nodes have all from the published plan, of %s only what is wrong",
  (_name, found, expected) => {
    expect(compareRoutes(routes, observed, found, "nodes")).toEqual(expected);
    expect(formatDifferences(expected)).not.toContain("restores the route");
  },
);

it("shows the differences as a table, with a way out of each", () => {
  const of = (node: string, rest: Partial<Difference>): Difference => ({ node, planned, neutron: [hop], ...rest });
  const text = formatDifferences([
    of("dev-worker-0", {}),
    of("dev-worker-1", { kubernetes: null }),
    of("dev-worker-2", { kubernetes: "10.200.7.0/24", neutron: [] }),
    of("dev-worker-3", { kubernetes: cidr, neutron: ["10.106.1.9"] }),
    of("dev-worker-4", { kubernetes: cidr, neutron: [hop, "10.106.1.9"] }),
    { node: "10.106.1.77", kubernetes: "10.200.9.0/24", neutron: [] },
  ]);
  expect(text).toMatchSnapshot();
});

describe("the router, where it is to have the routes, too", () => {
  const compared = (onRouter?: typeof neutron) => compareRoutes(routes, observed, neutron, "subnet", onRouter);
  const [first, second, others] = neutron as [(typeof neutron)[0], (typeof neutron)[0], (typeof neutron)[0]];
  const node = { node: "dev-worker-0", planned, kubernetes: cidr, neutron: [hop] };

  it("agrees, whatever others have on it; and is nobody's matter elsewhere", () => {
    expect(compared([others, second, first])).toEqual([]);
    expect(compared()).toEqual([]);
  });

  it.each<[string, typeof neutron, string[]]>([
    ["a route that is missing", [second], []],
    ["another next hop", [second, { ...first, nexthop: "10.106.1.9" }], ["10.106.1.9"]],
    ["a second next hop", [first, second, { ...first, nexthop: "10.106.1.9" }], [hop, "10.106.1.9"]],
  ])("differs by %s", (_name, onRouter, router) => expect(compared(onRouter)).toEqual([{ ...node, router }]));

  it("differs in tier nodes, too, where no host route is missed", () => {
    const found = compareRoutes(routes, observed, [], "nodes", [second]);
    expect(found).toEqual([{ ...node, neutron: [], published: true, router: [] }]);
    expect(formatDifferences(found)).toBe(
      [
        "node          plan                          Kubernetes     Neutron   router",
        "dev-worker-0  10.200.0.0/24 via 10.106.1.2  10.200.0.0/24  no route  no route",
        "",
        "What to do:",
        "- dev-worker-0: pulumi up restores the router's route; by hand: openstack router add route --route destination=10.200.0.0/24,gateway=10.106.1.2 ROUTER",
      ].join("\n"),
    );
  });

  it("is told what it has beside the plan's, also of a node that is not in it", () => {
    const stranger = { address: "10.106.1.77", podCidr: "10.200.9.0/24" };
    const doubled = [first, second, { ...first, nexthop: "10.106.1.9" }];
    const found = compareRoutes(routes, [...observed, stranger], neutron, "subnet", doubled);
    expect(formatDifferences(found)).toMatch(/^10\.106\.1\.77 +no such node +10\.200\.9\.0\/24 +no route +no route$/m);
    expect(formatDifferences(found)).toContain(
      "- dev-worker-0: openstack router remove route --route destination=10.200.0.0/24,gateway=10.106.1.9 ROUTER",
    );
  });
});
