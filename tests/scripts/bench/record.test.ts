import { packedRecord, plainValue, recordOf, StateResource, unpackedRecord } from "../../../scripts/bench/record";

const urn = (type: string, name: string) => `urn:pulumi:dev::hostroute::hostroute:index:Cluster$${type}::${name}`;
const secret = (plaintext: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(plaintext),
});
const [OPENSTACK, KUBERNETES] = ["pulumi:providers:openstack", "pulumi:providers:kubernetes"];
const network = urn("openstack:networking/network:Network", "dev");
const provider = `urn:pulumi:dev::hostroute::${OPENSTACK}::default_3_15_2`;

const STATE: StateResource[] = [
  { urn: "urn:pulumi:dev::hostroute::pulumi:pulumi:Stack::hostroute-dev", type: "pulumi:pulumi:Stack" },
  { urn: urn("hostroute:index:Cluster", "dev"), type: "hostroute:index:Cluster", custom: false },
  { urn: provider, type: OPENSTACK, custom: true, inputs: { version: "3.15.2" } },
  {
    urn: network,
    type: "openstack:networking/network:Network",
    custom: true,
    provider: `${provider}::an-id`,
    inputs: { name: "dev" },
  },
  {
    urn: urn(KUBERNETES, "dev"),
    type: KUBERNETES,
    custom: true,
    inputs: { kubeconfig: secret("a kubeconfig") },
    propertyDependencies: { kubeconfig: [network] },
    dependencies: [network],
  },
  {
    urn: urn("kubernetes:core/v1:Node", "dev-worker-0"),
    type: "kubernetes:core/v1:Node",
    custom: true,
    provider: `${urn(KUBERNETES, "dev")}::an-id`,
    inputs: { spec: { taints: [secret({ key: "of" })] } },
    propertyDependencies: { spec: [] },
    dependencies: [network],
    deletedWith: network,
    replaceOnChanges: ["spec.podCIDR"],
  },
];

it("has everything but components and default providers, each with its inputs, what they follow from, and its options", () => {
  expect(recordOf(STATE)).toEqual([
    {
      type: "openstack:networking/network:Network",
      name: "dev",
      inputs: { name: { value: "dev", secret: false, from: [] } },
      dependsOn: [],
      version: "3.15.2",
      options: {},
    },
    {
      type: KUBERNETES,
      name: "dev",
      inputs: { kubeconfig: { value: "a kubeconfig", secret: true, from: [0] } },
      // What an input follows from need not be said again.
      dependsOn: [],
      options: {},
    },
    {
      type: "kubernetes:core/v1:Node",
      name: "dev-worker-0",
      inputs: { spec: { value: { taints: [{ key: "of" }] }, secret: true, from: [] } },
      dependsOn: [0],
      provider: 1,
      deletedWith: 0,
      options: { replaceOnChanges: ["spec.podCIDR"] },
    },
  ]);
});

it("has long texts once, however often they occur", () => {
  const text = "a long text ".repeat(20);
  const record = recordOf(
    ["one", "other"].map((name) => ({ ...STATE[3]!, urn: `${network}-${name}`, inputs: { name, text, all: [text] } })),
  );
  const packed = packedRecord(record);
  expect(packed.texts).toEqual([text]);
  expect(unpackedRecord(JSON.parse(JSON.stringify(packed)) as typeof packed)).toEqual(record);
});

it("tells secrets from what stands in clear", () => {
  expect(plainValue([1, null, { a: secret(["b"]) }])).toEqual({ value: [1, null, { a: ["b"] }], secret: true });
  expect(plainValue({ a: [] })).toEqual({ value: { a: [] }, secret: false });
});
