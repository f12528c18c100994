import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";

const pool = (more: object) => ({ name: "worker", count: 1, ...more });

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
];

it.each(rows)("refuses %s", (_name, raw, expected) => {
  expect(validate({ clusterName: "dev", ...raw }).problems.map(formatProblem)).toEqual(expected);
});
