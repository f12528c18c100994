import * as pulumi from "@pulumi/pulumi";
import { labelValue, nodeManifest, NodeObjects, openWorkers } from "../../components/objects/nodeObjects";
import { Raw, specOf } from "../fixtures";
import { allRegistered, sorted, spyOnOptions, startMocks } from "../mocks";

type Pool = NonNullable<Raw["workerPools"]>[number];
const taint = { key: "dedicated", value: "gpu", effect: "NoSchedule" } as const;
const INSTANCE = "node.kubernetes.io/instance-type";
const ZONE = "topology.kubernetes.io/zone";
const POOL = "node-restriction.kubernetes.io/hostroute-pool";

it.each<[name: string, pool: Partial<Pool>, index: number, labels: Record<string, string>, taints: object[]]>([
  ["flavor and pool", {}, 0, { [INSTANCE]: "m1.medium", [POOL]: "worker" }, []],
  [
    "the zone by the node's own index",
    { availabilityZones: ["az1", "az2"], count: 3 },
    1,
    { [INSTANCE]: "m1.medium", [ZONE]: "az2", [POOL]: "worker" },
    [],
  ],
  [
    "names that are no label values",
    { flavor: "SCS-2V:4", availabilityZones: ["Room 1/"] },
    0,
    { [INSTANCE]: "SCS-2V-4", [ZONE]: "Room-1", [POOL]: "worker" },
    [],
  ],
  [
    "the operator's labels, before the derived ones, and taints",
    { labels: { [ZONE]: "west", "node-role.kubernetes.io/gpu": "" }, taints: [taint] },
    0,
    { [INSTANCE]: "m1.medium", [ZONE]: "west", "node-role.kubernetes.io/gpu": "", [POOL]: "worker" },
    [taint],
  ],
])("has %s", (_name, pool, index, labels, taints) => {
  const { workerPools, plan } = specOf({ workerPools: [{ name: "worker", count: 1, ...pool }] });
  expect(nodeManifest(plan.workers[index]!, workerPools[0]!)).toEqual({
    metadata: { name: `dev-worker-${index}`, labels, annotations: { "pulumi.com/patchForce": "true" } },
    spec: {
      podCIDR: `10.200.${index}.0/24`,
      podCIDRs: [`10.200.${index}.0/24`],
      ...(taints.length > 0 ? { taints } : {}),
    },
  });
});

it.each([
  ["m1.medium", "m1.medium"],
  ["Small HD 4GB", "Small-HD-4GB"],
  ["-_.x.", "x"],
  ["ü", ""],
  [`${"a".repeat(62)}-b`, "a".repeat(62)],
])("makes a label value of %p", (name, value) => expect(labelValue(name)).toBe(value));

it("is one object a worker, of its own pool, and none of the control plane", async () => {
  const mocks = await startMocks();
  const { opts, seen } = spyOnOptions();
  const { workerPools, plan } = specOf({
    workerPools: [
      { name: "a", count: 3, exclude: [1], labels: { tier: "a" } },
      { name: "b", count: 1, firstSlot: 9, taints: [taint] },
    ],
  });
  const server = new pulumi.ComponentResource("test:index:Server", "dev-a-0");
  const servers = new Map(plan.workers.map(({ name }) => [name, Promise.resolve(server)]));
  const { nodes } = new NodeObjects("dev", { workers: plan.workers, pools: workerPools, servers }, opts);
  await allRegistered();
  const found = sorted(mocks.resources).map(({ type, name, inputs }) => [type, name, inputs]);
  const [a, b] = workerPools;
  const node = (index: number, pool: typeof a) => [
    "kubernetes:core/v1:Node",
    plan.workers[index]!.name,
    { apiVersion: "v1", kind: "Node", ...nodeManifest(plan.workers[index]!, pool!) },
  ];
  expect(found).toEqual([node(0, a), node(1, a), node(2, b)]);
  expect(plan.workers.map(({ name, podCidr }) => `${name} ${podCidr}`)).toEqual([
    "dev-a-0 10.200.0.0/24",
    "dev-a-2 10.200.2.0/24",
    "dev-b-0 10.200.9.0/24",
  ]);
  expect([...nodes.keys()]).toEqual(plan.workers.map(({ name }) => name));
  const { dependsOn, replaceOnChanges, deleteBeforeReplace } = seen.get("Node dev-a-0") as pulumi.CustomResourceOptions;
  expect({ dependsOn, replaceOnChanges, deleteBeforeReplace }).toEqual({
    dependsOn: [server],
    replaceOnChanges: ["spec.podCIDR", "spec.podCIDRs"],
    deleteBeforeReplace: true,
  });
});

it("counts workers for pods that tolerate no taint without those whose pool keeps such pods away", () => {
  const pool = (name: string, firstSlot: number, effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute") => ({
    ...{ name, count: 2, firstSlot },
    taints: effect ? [{ ...taint, effect }] : [],
  });
  const workerPools = [
    pool("open", 0),
    pool("soft", 2, "PreferNoSchedule"),
    pool("hard", 4, "NoSchedule"),
    pool("off", 6, "NoExecute"),
  ];
  const spec = specOf({ workerPools });
  const open = openWorkers(spec.plan.workers, spec.workerPools);
  expect(open.map(({ pool: name }) => name)).toEqual(["open", "open", "soft", "soft"]);
});
