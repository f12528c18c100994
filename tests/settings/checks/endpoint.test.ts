import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";
import { digestsFor } from "../../fixtures";

/** What it is about, the configuration, and every problem that it must bring, word for word. */
type Row = [name: string, raw: Record<string, unknown>, problems: string[]];

const rows: Row[] = [
  [
    "an external endpoint without a host",
    { apiEndpoint: { kind: "external" } },
    [
      "hostroute:apiEndpoint.kind external needs hostroute:apiEndpoint.host, which is not set.\n  Give the address or DNS name under which nodes reach your load balancer.",
    ],
  ],
  [
    "a host of one's own for the only server",
    { apiEndpoint: { host: "api.example.com" } },
    [
      "hostroute:apiEndpoint.host api.example.com is for kind external, and the default kind for hostroute:controlPlane.count 1 is server.\n  Remove it, or choose another kind.",
    ],
  ],
  [
    "a floating IP for an endpoint that is not the program's",
    { apiEndpoint: { kind: "external", host: "api.example.com", floatingIp: true } },
    [
      "hostroute:apiEndpoint.floatingIp true is for kind server, vip and octavia, and hostroute:apiEndpoint.kind is external.\n  Remove it, or choose another kind.",
    ],
  ],
  [
    "one of several servers alone",
    { controlPlane: { count: 3 }, apiEndpoint: { kind: "server" } },
    [
      "hostroute:apiEndpoint.kind server is the first of hostroute:controlPlane.count 3 nodes, and without that one nobody would reach the others.\n  Leave it out, which means vip, or choose octavia or external.",
    ],
  ],
  [
    "an address of its own where it has none",
    { apiEndpoint: { address: "10.106.1.199" } },
    [
      "hostroute:apiEndpoint.address 10.106.1.199 is for kind vip and octavia, and the default kind for hostroute:controlPlane.count 1 is server.\n  Remove it, or choose another kind.",
    ],
  ],
  [
    "a release that shows nobody whether it is ready",
    {
      controlPlane: { count: 5 },
      kubernetesVersion: "1.31.0",
      artifacts: { sha256: digestsFor("1.31.0", { etcd: "3.6.5" }) },
    },
    [
      "hostroute:kubernetesVersion 1.31.0 answers no health probe without a certificate, by which kind vip finds a ready server; the default kind for hostroute:controlPlane.count 5 is vip.\n  Choose 1.32 or later, or hostroute:apiEndpoint.kind external.",
    ],
  ],
  [
    "Octavia's provider without Octavia",
    { controlPlane: { count: 3 }, apiEndpoint: { provider: "amphora" } },
    [
      "hostroute:apiEndpoint.provider amphora is for kind octavia, and the default kind for hostroute:controlPlane.count 3 is vip.\n  Remove it, or choose another kind.",
    ],
  ],
  [
    "OVN's balancer without a router: nobody would answer for its address",
    { controlPlane: { count: 3 }, apiEndpoint: { kind: "octavia", provider: "ovn" } },
    [
      "hostroute:apiEndpoint.provider ovn needs a router at the node subnet, and without hostroute:network.externalNetwork there is none.\n  Set it, or choose amphora, or kind vip.",
    ],
  ],
  [
    "the keys of earlier versions",
    { controlPlane: { count: 3, loadBalancer: "api.example.com", floatingIp: false } },
    [
      "hostroute:controlPlane.loadBalancer api.example.com is no longer a key.\n  Write hostroute:apiEndpoint with kind external and this as its host.",
      "hostroute:controlPlane.floatingIp false is no longer a key.\n  Write it as hostroute:apiEndpoint.floatingIp.",
    ],
  ],
];

it.each(rows)("refuses %s", (_name, raw, expected) => {
  expect(validate({ clusterName: "dev", ...raw }).problems.map(formatProblem)).toEqual(expected);
});

const OTHER =
  "Choose another one from 10.106.1.1 to 10.106.1.254: not the gateway, no node's, and outside of hostroute:network.allocationPool.";

it.each<[name: string, address: string, raw: Record<string, unknown>, problem: string]>([
  ["outside of the subnet", "10.106.2.9", {}, "is not a host address of hostroute:network.cidr 10.106.1.0/24"],
  ["for nobody", "10.106.1.255", {}, "is not a host address of hostroute:network.cidr 10.106.1.0/24"],
  ["of the gateway", "10.106.1.1", {}, "belongs to the gateway"],
  [
    "that Neutron may give away",
    "10.106.1.200",
    {},
    "lies in hostroute:network.allocationPool 10.106.1.200 to 10.106.1.249: it may be somebody's",
  ],
  ["of a control-plane node", "10.106.1.252", {}, "belongs to control-plane-2"],
  ["of a worker", "10.106.1.4", {}, "belongs to worker worker-2"],
  ["of a worker that may come", "10.106.1.2", { workerPools: [] }, "belongs to the worker in slot 0"],
  [
    "among workers'",
    "10.106.1.5",
    { workerPools: [{ name: "a", count: 9, exclude: [3] }] },
    "lies among workers' addresses, before worker a-4",
  ],
])("refuses an API's address %s", (_name, address, raw, problem) => {
  const whole = { clusterName: "dev", controlPlane: { count: 3 }, apiEndpoint: { address }, ...raw };
  expect(validate(whole).problems.map(formatProblem)).toEqual([
    `hostroute:apiEndpoint.address ${address} ${problem}.\n  ${OTHER}`,
  ]);
});

it("says where the API's address is by default when a node needs that", () => {
  const raw = {
    network: { cidr: "10.106.1.0/28" },
    controlPlane: { count: 3 },
    workerPools: [{ name: "a", count: 5 }],
  };
  expect(validate({ clusterName: "dev", ...raw }).problems.map(formatProblem)).toEqual([
    "hostroute:apiEndpoint.address is 10.106.1.6 by default, which belongs to worker a-4.\n  Choose another one from 10.106.1.1 to 10.106.1.14: not the gateway, no node's, and outside of hostroute:network.allocationPool.",
  ]);
  const last = { ...raw, apiEndpoint: { address: "10.106.1.14" } };
  expect(validate({ clusterName: "dev", ...last }).problems).toEqual([]);
});

it.each(["10.106.1.199", "10.106.1.5", "10.106.1.254"])("takes the API's address %s: behind all nodes", (address) => {
  const raw = { clusterName: "dev", controlPlane: { count: 3 }, apiEndpoint: { address } };
  expect(validate(raw).problems).toEqual([]);
});

it("does not take a malformed host for one that is missing, nor no floating IP for one too many", () => {
  const keys = (apiEndpoint: object) => validate({ clusterName: "dev", apiEndpoint }).problems.map(({ key }) => key);
  expect(keys({ kind: "external", host: "https://api.example.com" })).toEqual(["apiEndpoint.host"]);
  expect(keys({ kind: "external", host: "api.example.com", floatingIp: false })).toEqual([]);
  expect(keys({ kind: "balancer", host: "api.example.com" })).toEqual(["apiEndpoint.kind"]);
});
