import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../../components/cluster";
import { ServersReader } from "../../components/machines/rollout/existing";
import { DOCUMENTED_ERA, Raw, specOf } from "../fixtures";
import { allRegistered, promiseOf, Recorder, spyOnOptions, startMocks } from "../mocks";
import { ED25519 } from "../settings/badInput";

// Most of the time, and it does not look at what it packs.
jest.mock("../../components/cloudinit/packed", () => ({
  ...jest.requireActual<object>("../../components/cloudinit/packed"),
  packed: () => "",
}));

const THREE: Raw = { controlPlane: { count: 3 }, workerPools: [{ name: "worker", count: 2 }] };
const BASE: Raw = { ...THREE, controlPlane: { count: 3, availabilityZones: ["az1"] } };
const control = (more: Raw["controlPlane"]): Raw => ({ ...BASE, controlPlane: { ...BASE.controlPlane, ...more } });

interface Made {
  mocks: Recorder;
  /** By control-plane node, what its server says that it is made with. */
  with: Record<string, string>;
  options: Map<string, pulumi.ResourceOptions>;
}

async function made(raw: Raw, found: Partial<Recorder> = {}, readServers?: ServersReader): Promise<Made> {
  const mocks = Object.assign(await startMocks(), found);
  const { opts, seen } = spyOnOptions();
  const args = { spec: specOf(raw), readHostRoutes: mocks.readHostRoutes, readHosts: () => Promise.resolve([]) };
  const { observedRoutes } = new Cluster("dev", { ...args, ...(readServers ? { readServers } : {}) }, opts);
  await allRegistered();
  await promiseOf(observedRoutes);
  const servers = mocks.resources.filter(({ type, name }) => type.endsWith(":Instance") && name.includes("control"));
  const of = servers.map(({ name, inputs }): [string, string] => [
    name,
    (inputs.metadata as Record<string, string>)["hostroute-made-with"]!,
  ]);
  return { mocks, with: Object.fromEntries(of), options: seen };
}
const anew = (kind: string, node: string): Partial<Recorder> => ({
  suffix: (type, name) => (type.endsWith(kind) && name.startsWith(node) ? " 2" : ""),
});

let before: Made["with"];
beforeAll(async () => (before = (await made(BASE)).with));
const NAMES = [0, 1, 2].map((n) => `dev-control-plane-${n}`);

it("has each server bear what it is made with", () => {
  expect(Object.keys(before).sort()).toEqual(NAMES);
  expect(new Set(Object.values(before)).size).toBe(3);
});

it.each<[string, Raw, Partial<Recorder>]>([
  ["renewed certificates", BASE, anew(":LocallySignedCert", "dev-")],
  ["etcd that has begun", BASE, { etcdBegun: true }],
  ["five members", control({ count: 5 }), {}],
  ["a word for a time alone", control({ keepServer: true, acceptSingleMember: true }), {}],
  ["another flavor, which Nova changes in place", control({ flavor: "m1.large" }), {}],
  ["other groups", control({ extraSecurityGroups: ["1f0e6a52-0000-4000-8000-000000000003"] }), {}],
  ["other server groups", control({ serverGroup: "anti-affinity" }), {}],
  ["access lists", { ...BASE, access: { api: ["198.51.100.0/24"] } }, {}],
  [
    "labels and taints",
    {
      ...BASE,
      workerPools: [
        { name: "worker", count: 2, labels: { a: "b" }, taints: [{ key: "k", value: "v", effect: "NoSchedule" }] },
      ],
    },
    {},
  ],
  ["more workers", { ...BASE, workerPools: [{ name: "worker", count: 5 }] }, {}],
  ["a worker's key", BASE, anew(":PrivateKey", "dev-worker-0")],
  ["snapshots", { ...BASE, snapshots: { container: "etcd" } }, {}],
  ["authorities that come", { ...BASE, keys: { authorities: { known: [1, 2] } } }, {}],
  ["authorities that are alone", { ...BASE, keys: { authorities: { known: [2], used: 2 } } }, {}],
  [
    "a word for a restore that was done before",
    { ...BASE, snapshots: { container: "etcd", restoreFrom: "latest" } },
    {},
  ],
])("replaces no server for %s", async (_name, raw, found) => {
  expect((await made(raw, found)).with).toMatchObject(before);
});

it.each<[string, Raw]>([
  ["another release", { ...BASE, kubernetesVersion: "1.34.10" }],
  ["a flag", { ...BASE, serviceNodePortRange: "4000-32767" }],
  ["a file of the program's", { ...BASE, podSecurity: "restricted" }],
  ["a file of the operator's", control({ extraFiles: [{ path: "/etc/x", content: "x" }] })],
  ["a key that is known beside another", { ...BASE, keys: { encryption: { known: [1, 2] } } }],
  ["tokens that another key signs", { ...BASE, keys: { serviceAccount: { known: [1, 2], used: 2 } } }],
  ["another image", control({ image: "debian-13" })],
  ["a disk from a volume", control({ rootVolume: { size: 20 } })],
  ["another zone", control({ availabilityZones: ["az2"] })],
  ["an operator's key", { ...BASE, sshPublicKey: ED25519 }],
  ["another kind of endpoint", { ...BASE, apiEndpoint: { kind: "external", host: "api.example.org" } }],
])("replaces all of them for %s", async (_name, raw) => {
  const now = (await made(raw)).with;
  for (const name of NAMES) expect(now[name]).not.toBe(before[name]);
});

it("has every Secret written when all members are in service, and once for each key that encrypts", async () => {
  const of = async (keys: Raw["keys"]) => {
    const { mocks } = await made({ ...BASE, keys }, {}, () => Promise.resolve(new Set(NAMES)));
    const names = mocks.resources.map(({ name }) => name);
    const { inputs } = mocks.resources.find(({ name }) => name === "dev-encrypted") ?? {};
    const after = NAMES.every((name) => names.indexOf(`${name}-in-service`) < names.indexOf("dev-encrypted"));
    return inputs && { triggers: inputs.triggers, environment: inputs.environment, after };
  };
  expect(await of({ serviceAccount: { known: [1, 2], used: 2 } })).toBeUndefined();
  const [one, two] = [1, 2].map((used) => ({
    triggers: [used, 0],
    environment: { GENERATION: `${used}` },
    after: true,
  }));
  expect(await of({ encryption: { known: [1, 2], used: 1 } })).toEqual(one);
  expect(await of({ encryption: { known: [1, 2], used: 2 } })).toEqual(two);
  expect(await of({ encryption: { known: [2], used: 2 } })).toEqual(two);
});

it("replaces all of them for each restore", async () => {
  const snapshots = { container: "etcd" };
  const once = (await made({ ...BASE, snapshots }, { restored: { restores: 1, abandoned: [] } })).with;
  const twice = (await made({ ...BASE, snapshots }, { restored: { restores: 2, abandoned: [] } })).with;
  for (const name of NAMES) expect(new Set([before[name], once[name], twice[name]]).size).toBe(3);
});

it("replaces one for a new key of its own", async () => {
  const now = (await made(BASE, anew(":PrivateKey", "dev-control-plane-1-"))).with;
  expect(NAMES.map((name) => now[name] === before[name])).toEqual([true, false, true]);
});

it("replaces one that was alone as soon as it is one of several, and never while it is alone", async () => {
  const alone = await made(control({ count: 1 }));
  expect(alone.with[NAMES[0]!]).not.toBe(before[NAMES[0]!]);
  const options = ({ options: all }: Made) => all.get(`Instance ${NAMES[0]}`)!;
  expect(options(alone)).toMatchObject({ replaceOnChanges: [] });
  expect(options(alone).ignoreChanges).toContain("metadata");
  const several = await made(BASE);
  expect(options(several)).toMatchObject({ replaceOnChanges: ["metadata"] });
  expect(options(several).ignoreChanges).not.toContain("metadata");
});

it("replaces none of several whose release does not let a new member join", async () => {
  const { options, mocks } = await made({
    ...{ ...DOCUMENTED_ERA, controlPlane: { count: 3 } },
    apiEndpoint: { kind: "external", host: "api.example.org" },
  });
  for (const name of NAMES) expect(options.get(`Instance ${name}`)?.ignoreChanges).toContain("metadata");
  const commands = mocks.resources.filter(({ type }) => type === "command:local:Command").map(({ name }) => name);
  expect(commands.filter((name) => name.includes("control-plane"))).toEqual([]);
});

/** In which order the engine is told of servers, and of their times in service, when these servers are there. */
async function toldOf(existing: string[], raw: Raw): Promise<string[]> {
  const { mocks } = await made(raw, {}, () => Promise.resolve(new Set(existing)));
  const short = (name: string) => name.replace("dev-control-plane", "c").replace("dev-worker", "w");
  return mocks.resources.flatMap(({ type, name }) => {
    if (type.endsWith(":Instance") || name.endsWith("-in-service")) return short(name);
    return name === "dev-departures" ? ["departures"] : [];
  });
}
const turn = (name: string) => [name, `${name}-in-service`];

it("replaces one member after the other, and workers, new ones too, when all of them are in service", async () => {
  const existing = [...NAMES, "dev-worker-0"];
  const told = await toldOf(existing, THREE);
  expect(told.slice(0, 6)).toEqual(["c-0", "c-1", "c-2"].flatMap(turn));
  expect(told.slice(6).sort()).toEqual(["departures", ...turn("w-0"), ...turn("w-1")].sort());
});

it("has members that come in service before it touches those that are there", async () => {
  const told = await toldOf([NAMES[0]!, "dev-worker-0", "dev-worker-1"], THREE);
  expect(told.slice(0, 4).sort()).toEqual([...turn("c-1"), ...turn("c-2")].sort());
  expect(told.slice(4, 6)).toEqual(turn("c-0"));
});

it("makes all of a new cluster at once", async () => {
  const told = await toldOf([], THREE);
  expect(told.slice(0, 5).sort()).toEqual(["c-0", "c-1", "c-2", "w-0", "w-1"]);
});
