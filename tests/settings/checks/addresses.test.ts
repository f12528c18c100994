import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";

const pool = (more: object) => ({ name: "worker", count: 1, ...more });
/** An allocation pool out of the way of a subnet's last addresses. */
const LOW = { start: "10.106.1.100", end: "10.106.1.110" };

/** What it is about, the configuration, and every problem that it must bring, word for word. */
type Row = [name: string, raw: Record<string, unknown>, problems: string[]];

const rows: Row[] = [
  [
    "a node subnet below /28",
    { network: { cidr: "10.106.1.0/29" } },
    [
      "hostroute:network.cidr 10.106.1.0/29 is too small for a node subnet.\n  Choose a /28 or larger: gateway, control plane, workers and Neutron's own pool have to fit.",
    ],
  ],
  [
    "every address outside of the subnet",
    {
      network: {
        gateway: "10.106.2.1",
        firstWorkerAddress: "10.106.1.0",
        firstControlPlaneAddress: "10.106.1.255",
        allocationPool: { start: "10.106.0.9", end: "10.106.2.9" },
      },
    },
    [
      "hostroute:network.gateway 10.106.2.1 is not a host address of hostroute:network.cidr 10.106.1.0/24.\n  Choose one from 10.106.1.1 to 10.106.1.254, or leave the key out.",
      "hostroute:network.firstWorkerAddress 10.106.1.0 is not a host address of hostroute:network.cidr 10.106.1.0/24.\n  Choose one from 10.106.1.1 to 10.106.1.254, or leave the key out.",
      "hostroute:network.firstControlPlaneAddress 10.106.1.255 is not a host address of hostroute:network.cidr 10.106.1.0/24.\n  Choose one from 10.106.1.1 to 10.106.1.254, or leave the key out.",
      "hostroute:network.allocationPool.start 10.106.0.9 is not a host address of hostroute:network.cidr 10.106.1.0/24.\n  Choose one from 10.106.1.1 to 10.106.1.254, or leave the key out.",
      "hostroute:network.allocationPool.end 10.106.2.9 is not a host address of hostroute:network.cidr 10.106.1.0/24.\n  Choose one from 10.106.1.1 to 10.106.1.254, or leave the key out.",
    ],
  ],
  [
    "an allocation pool that ends before it begins",
    { network: { allocationPool: { start: "10.106.1.110", end: "10.106.1.100" } } },
    [
      'hostroute:network.allocationPool {"start":"10.106.1.110","end":"10.106.1.100"} ends before it begins.\n  Swap start and end.',
    ],
  ],
  [
    "the gateway in the allocation pool",
    { network: { gateway: "10.106.1.220" } },
    [
      "hostroute:network.gateway 10.106.1.220 lies in Neutron's allocation pool 10.106.1.200 to 10.106.1.249, which Neutron refuses.\n  Choose an address outside of hostroute:network.allocationPool, or leave the key out.",
    ],
  ],
  [
    "a worker on the gateway",
    { network: { gateway: "10.106.1.3" } },
    [
      "hostroute:workerPools[0].count 3 puts worker worker-1 at 10.106.1.3, which belongs to the gateway, hostroute:network.gateway 10.106.1.3.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstWorkerAddress and hostroute:network.allocationPool apart.",
    ],
  ],
  [
    "a worker in the allocation pool",
    { network: { firstWorkerAddress: "10.106.1.199" } },
    [
      "hostroute:workerPools[0].count 3 puts worker worker-1 at 10.106.1.200, which belongs to hostroute:network.allocationPool 10.106.1.200 to 10.106.1.249.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstWorkerAddress and hostroute:network.allocationPool apart.",
    ],
  ],
  [
    "a worker on the control plane",
    { network: { firstWorkerAddress: "10.106.1.249", allocationPool: LOW } },
    [
      "hostroute:workerPools[0].count 3 puts worker worker-1 at 10.106.1.250, which belongs to control-plane-0.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstWorkerAddress and hostroute:network.allocationPool apart.",
    ],
  ],
  [
    "a worker beyond the subnet",
    {
      network: { firstWorkerAddress: "10.106.1.253", firstControlPlaneAddress: "10.106.1.20", allocationPool: LOW },
    },
    [
      "hostroute:workerPools[0].count 3 puts worker worker-2 beyond the last address of hostroute:network.cidr 10.106.1.0/24.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstWorkerAddress and hostroute:network.allocationPool apart.",
    ],
  ],
  [
    "the control plane on the gateway",
    { network: { firstControlPlaneAddress: "10.106.1.1" } },
    [
      "hostroute:controlPlane.count 1 puts control-plane-0 at 10.106.1.1, which belongs to the gateway, hostroute:network.gateway 10.106.1.1.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstControlPlaneAddress and hostroute:network.allocationPool apart.",
    ],
  ],
  [
    "the control plane in the allocation pool",
    { network: { firstControlPlaneAddress: "10.106.1.249" } },
    [
      "hostroute:controlPlane.count 1 puts control-plane-0 at 10.106.1.249, which belongs to hostroute:network.allocationPool 10.106.1.200 to 10.106.1.249.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstControlPlaneAddress and hostroute:network.allocationPool apart.",
    ],
  ],
  [
    "the control plane beyond the subnet",
    { network: { firstControlPlaneAddress: "10.106.1.253" }, controlPlane: { count: 3 } },
    [
      "hostroute:controlPlane.count 3 puts control-plane-2 beyond the last address of hostroute:network.cidr 10.106.1.0/24.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstControlPlaneAddress and hostroute:network.allocationPool apart.",
    ],
  ],
];

it.each(rows)("refuses %s", (_name, raw, expected) => {
  expect(validate({ clusterName: "dev", ...raw }).problems.map(formatProblem)).toEqual(expected);
});

it.each([
  ["the gateway", { gateway: "10.106.1.3" }, "gateway 10.106.1.3"],
  [
    "the allocation pool",
    { allocationPool: { start: "10.106.1.3", end: "10.106.1.3" } },
    "allocationPool 10.106.1.3 to 10.106.1.3",
  ],
  ["the control plane", { firstControlPlaneAddress: "10.106.1.3" }, "firstControlPlaneAddress 10.106.1.3"],
])("refuses a worker behind %s, even where no other one would be on it", (_name, network, what) => {
  const workerPools = [pool({ count: 3, exclude: [1] })];
  expect(validate({ clusterName: "dev", workerPools, network }).problems.map(formatProblem)).toEqual([
    `hostroute:workerPools[0].count 3 puts worker worker-2 at 10.106.1.4, behind hostroute:network.${what}.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstWorkerAddress and hostroute:network.allocationPool apart.`,
  ]);
});
