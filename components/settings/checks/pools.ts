import { slotCapacity } from "../../addressing/podCidr";
import { CONTROL_PLANE_POOL } from "../../addressing/routePlan";
import { Check, check, PoolWith, poolsWith } from "./check";

/** RFC 1123: node names become host names. */
const LABEL_MAX = 63;

const lastSlot = (pool: PoolWith<"count" | "firstSlot">) => pool.firstSlot + pool.count - 1;

/** The control plane's nodes carry the cluster's name, too. */
const clusterName = check(["clusterName", "controlPlaneCount"], ({ clusterName, controlPlaneCount }) => {
  const longest = `${clusterName}-${CONTROL_PLANE_POOL}-${controlPlaneCount - 1}`;
  if (longest.length <= LABEL_MAX) return [];
  return [
    {
      key: "clusterName",
      value: clusterName,
      problem: `makes node names such as ${longest}, longer than a DNS label's ${LABEL_MAX} characters`,
      remedy: `Shorten it to ${LABEL_MAX - longest.length + clusterName.length} characters.`,
    },
  ];
});

const reservedName = check(["pools"], ({ pools }) =>
  poolsWith(pools, "name")
    .filter(({ name }) => name === CONTROL_PLANE_POOL)
    .map(({ key, name }) => ({
      key: `${key}.name`,
      value: name,
      problem: "is reserved for the control plane's nodes",
      remedy: "Choose another name, for example worker.",
    })),
);

const sameName = check(["pools"], ({ pools }) =>
  poolsWith(pools, "name")
    .filter(({ name }, i, all) => all.findIndex((other) => other.name === name) < i)
    .map(({ key, name }) => ({
      key: `${key}.name`,
      value: name,
      problem: "is already the name of another pool",
      remedy: "Give every pool a name of its own.",
    })),
);

const longName = check(["clusterName", "pools"], ({ clusterName, pools }) =>
  poolsWith(pools, "name", "count").flatMap(({ key, name, count }) => {
    const longest = `${clusterName}-${name}-${Math.max(count - 1, 0)}`;
    if (longest.length <= LABEL_MAX) return [];
    return [
      {
        key: `${key}.name`,
        value: name,
        problem: `makes node names such as ${longest}, longer than a DNS label's ${LABEL_MAX} characters`,
        remedy: "Shorten it, or hostroute:clusterName.",
      },
    ];
  }),
);

const exclude = check(["pools"], ({ pools }) =>
  poolsWith(pools, "count", "exclude").flatMap(({ key, title, count, exclude }) =>
    exclude
      .filter((index) => index >= count)
      .map((index) => ({
        key: `${key}.exclude`,
        value: index,
        problem: `is not an index in pool ${title}, whose last one is ${count - 1}`,
        remedy: "Remove it from the list, or lower count instead.",
      })),
  ),
);

const excludedTwice = check(["pools"], ({ pools }) =>
  poolsWith(pools, "exclude").flatMap(({ key, exclude }) =>
    exclude.flatMap((index, i) =>
      exclude.indexOf(index) < i
        ? [
            {
              key: `${key}.exclude`,
              value: index,
              problem: "is listed twice",
              remedy: "Remove one of the two, or write the index that is meant.",
            },
          ]
        : [],
    ),
  ),
);

/** The API refuses the node (pkg/apis/core/validation, `validateNodeTaints`), when its server has long booted. */
const sameTaints = check(["pools"], ({ pools }) =>
  poolsWith(pools, "taints").flatMap(({ key, taints }) =>
    taints.flatMap((taint, i) =>
      taints.findIndex((other) => other.key === taint.key && other.effect === taint.effect) < i
        ? [
            {
              key: `${key}.taints[${i}]`,
              value: `${taint.key}:${taint.effect}`,
              problem: "has the same key and effect as another taint of the pool",
              remedy: "Remove one of the two: a node has a key once with each effect, whatever its value.",
            },
          ]
        : [],
    ),
  ),
);

const capacity = check(["pools", "clusterCidr", "nodeMask"], ({ pools, clusterCidr, nodeMask }) => {
  const slots = slotCapacity(clusterCidr, nodeMask);
  return poolsWith(pools, "count", "firstSlot")
    .filter((pool) => pool.count > 0 && slots > 0 && lastSlot(pool) >= slots)
    .map((pool) => ({
      key: `${pool.key}.count`,
      value: pool.count,
      problem: `needs slots up to ${lastSlot(pool)}, but hostroute:clusterCidr ${clusterCidr.toString()} has only ${slots} blocks of /${nodeMask}`,
      remedy: "Use fewer workers, a lower firstSlot, a larger clusterCidr or a higher nodeMask.",
    }));
});

/** A slot belongs to one node, since its podCIDR and address follow from it. */
const sameSlots = check(["pools"], ({ pools }) => {
  const all = poolsWith(pools, "count", "firstSlot");
  const withNodes = all.filter(({ count }) => count > 0);
  return withNodes.flatMap((pool, i) => {
    const rival = withNodes
      .slice(0, i)
      .find((other) => pool.firstSlot <= lastSlot(other) && other.firstSlot <= lastSlot(pool));
    if (!rival) return [];
    const free = Math.max(...all.filter(({ key }) => key !== pool.key).map(lastSlot)) + 1;
    return [
      {
        key: `${pool.key}.firstSlot`,
        value: pool.firstSlot,
        problem: `gives pool ${pool.title} slots ${pool.firstSlot} to ${lastSlot(pool)}, but pool ${rival.title} has ${rival.firstSlot} to ${lastSlot(rival)}`,
        remedy: `Set it to a free slot, for example ${free}.`,
      },
    ];
  });
});

/** Names, excluded indexes, taints and slots of the worker pools. */
export const poolChecks: readonly Check[] = [
  clusterName,
  reservedName,
  sameName,
  longName,
  exclude,
  excludedTwice,
  sameTaints,
  capacity,
  sameSlots,
];
