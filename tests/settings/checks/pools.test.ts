import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";

const pool = (more: object) => ({ name: "worker", count: 1, ...more });
/** An allocation pool out of the way of a subnet's last addresses. */
const LOW = { start: "10.106.1.100", end: "10.106.1.110" };

/** What it is about, the configuration, and every problem that it must bring, word for word. */
type Row = [name: string, raw: Record<string, unknown>, problems: string[]];

const rows: Row[] = [
  [
    "more workers than blocks",
    { clusterCidr: "10.200.0.0/22", workerPools: [pool({ count: 5 })] },
    [
      "hostroute:workerPools[0].count 5 needs slots up to 4, but hostroute:clusterCidr 10.200.0.0/22 has only 4 blocks of /24.\n  Use fewer workers, a lower firstSlot, a larger clusterCidr or a higher nodeMask.",
    ],
  ],
  [
    "pools that share a slot",
    { workerPools: [pool({ count: 2 }), pool({ name: "b", firstSlot: 1 })] },
    [
      "hostroute:workerPools[1].firstSlot 1 gives pool b slots 1 to 1, but pool worker has 0 to 1.\n  Set it to a free slot, for example 2.",
    ],
  ],
  [
    "a later pool around an earlier one",
    { workerPools: [pool({ firstSlot: 3 }), pool({ name: "b", count: 9 })] },
    [
      "hostroute:workerPools[1].firstSlot 0 gives pool b slots 0 to 8, but pool worker has 3 to 3.\n  Set it to a free slot, for example 4.",
    ],
  ],
  [
    "a pool's name twice",
    { workerPools: [pool({}), pool({ firstSlot: 9 })] },
    ["hostroute:workerPools[1].name worker is already the name of another pool.\n  Give every pool a name of its own."],
  ],
  [
    "a pool named as the control plane",
    { workerPools: [pool({ name: "control-plane" })] },
    [
      "hostroute:workerPools[0].name control-plane is reserved for the control plane's nodes.\n  Choose another name, for example worker.",
    ],
  ],
  [
    "node names beyond 63 characters",
    { workerPools: [pool({ name: "a".repeat(58) })] },
    [
      "hostroute:workerPools[0].name aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa makes node names such as dev-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-0, longer than a DNS label's 63 characters.\n  Shorten it, or hostroute:clusterName.",
    ],
  ],
  [
    "control-plane node names beyond 63 characters",
    { clusterName: "c".repeat(48), workerPools: [] },
    [
      "hostroute:clusterName cccccccccccccccccccccccccccccccccccccccccccccccc makes node names such as cccccccccccccccccccccccccccccccccccccccccccccccc-control-plane-0, longer than a DNS label's 63 characters.\n  Shorten it to 47 characters.",
    ],
  ],
  [
    "excluded indexes that the pool does not have",
    { workerPools: [pool({ exclude: [0, 1, 7] })] },
    [
      "hostroute:workerPools[0].exclude 1 is not an index in pool worker, whose last one is 0.\n  Remove it from the list, or lower count instead.",
      "hostroute:workerPools[0].exclude 7 is not an index in pool worker, whose last one is 0.\n  Remove it from the list, or lower count instead.",
    ],
  ],
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
      "hostroute:workerPools[0].count 3 puts worker worker-1 at 10.106.1.200, which belongs to Neutron's allocation pool 10.106.1.200 to 10.106.1.249.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstWorkerAddress and hostroute:network.allocationPool apart.",
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
      "hostroute:controlPlane.count 1 puts control-plane-0 at 10.106.1.249, which belongs to Neutron's allocation pool 10.106.1.200 to 10.106.1.249.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstControlPlaneAddress and hostroute:network.allocationPool apart.",
    ],
  ],
  [
    "the control plane beyond the subnet",
    { network: { firstControlPlaneAddress: "10.106.1.253" }, controlPlane: { count: 3 } },
    [
      "hostroute:controlPlane.count 3 puts control-plane-2 beyond the last address of hostroute:network.cidr 10.106.1.0/24.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstControlPlaneAddress and hostroute:network.allocationPool apart.",
    ],
  ],
  [
    "more routes than Neutron stores",
    { workerPools: [pool({ count: 21 })] },
    [
      "hostroute:network.maxHostRoutes 20 is less than the 21 host routes that the workers need, one each.\n  Use fewer workers; or, if the cloud's operator has raised Neutron's max_subnet_host_routes, set the key to that value.",
    ],
  ],
  [
    "more routes than DHCP option 121 holds",
    { workerPools: [pool({ count: 31 })], network: { maxHostRoutes: 40 } },
    [
      "hostroute:workerPools with 31 workers makes DHCP option 121 262 bytes long (host routes, metadata and default route), but an option holds at most 255.\n  Use fewer workers in this subnet: with a longer option, nodes get no routes at all.",
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
  expect(validate({ clusterName: "dev", workerPools, network: { maxHostRoutes: 30 } }).problems).toEqual([]);
});

it("takes a node out of the middle without another one's address being free for it", () => {
  const workerPools = [pool({ count: 3, exclude: [1] })];
  expect(validate({ clusterName: "dev", workerPools, network: { gateway: "10.106.1.3" } }).problems).toEqual([]);
});
