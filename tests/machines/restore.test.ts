import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../../components/cluster";
import { Raw, specOf } from "../fixtures";
import { allRegistered, promiseOf, Recorder, spyOnOptions, startMocks } from "../mocks";
import { spyOnRequests } from "../requests";

const BASE: Raw = { controlPlane: { count: 3 }, workerPools: [{ name: "worker", count: 1 }] };
const RESTORING: Raw = { ...BASE, snapshots: { container: "etcd", restoreFrom: "latest" } };
const NODES = [0, 1, 2].map((n) => `dev-control-plane-${n}`);

let folder: string;
let tmp: string | undefined;
beforeEach(() => {
  tmp = process.env.TMPDIR;
  process.env.TMPDIR = folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-restore-"));
});
afterEach(() => {
  if (tmp === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = tmp;
  fs.rmSync(folder, { recursive: true });
});

async function made(raw: Raw, found: Partial<Recorder> = {}, existing = [...NODES, "dev-worker-0"]) {
  const mocks = Object.assign(await startMocks(), found);
  const args = { spec: specOf(raw), readHostRoutes: mocks.readHostRoutes, readHosts: () => Promise.resolve([]) };
  const readServers = () => Promise.resolve(new Set(existing));
  const readMembers = () => Promise.resolve(["lost"]);
  const requests = spyOnRequests();
  const { opts, seen } = spyOnOptions();
  const { observedRoutes } = new Cluster("dev", { ...args, readServers, readMembers }, opts);
  await allRegistered();
  await promiseOf(observedRoutes);
  const documents = mocks.resources.flatMap(({ type, name, inputs }): [string, string][] => {
    if (!type.endsWith(":Instance")) return [];
    const { secret } = inputs.userData as { secret: string };
    return [[name, gunzipSync(Buffer.from(secret, "base64")).toString()]];
  });
  const servers = mocks.resources.flatMap(({ type, name }) =>
    type.endsWith(":Instance") || name.endsWith("-in-service") ? [name] : [],
  );
  const triggers = new Map<string, unknown>();
  for (const name of NODES) {
    const trigger: unknown = seen.get(`Instance ${name}`)?.replacementTrigger;
    triggers.set(name, await promiseOf(pulumi.output(trigger)));
  }
  return { mocks, documents, servers, triggers, requests };
}
const restoring = (documents: [string, string][]) =>
  documents.filter(([, text]) => text.includes("RESTORE_FROM=latest")).map(([name]) => name);

it("has the first server of a new cluster begin with a snapshot, by a URL to read, and no other", async () => {
  const { documents } = await made(RESTORING, { restored: { restores: 1, abandoned: [] } }, []);
  expect(restoring(documents)).toEqual(["dev-control-plane-0"]);
  const text = new Map(documents).get("dev-control-plane-0")!;
  expect(text).toMatch(/RESTORE_GET=https:\/\/store\.example\/v1\/AUTH_p\/etcd\/dev\/\?temp_url_sig=[0-9a-f]{64}&/);
});

it("begins nothing anew where etcd has begun, or nobody asks for it", async () => {
  const done = await made(RESTORING, { etcdBegun: true, restored: { restores: 1, abandoned: ["a"] } });
  expect(restoring(done.documents)).toEqual([]);
  const { documents } = await made({ ...BASE, snapshots: { container: "etcd" } });
  expect(restoring(documents)).toEqual([]);
});

it("makes all members at once, and notes for the commands of the last update whom it leaves behind", async () => {
  const { servers } = await made(RESTORING, { restored: { restores: 1, abandoned: ["id-0", "id-1"] } });
  expect(servers.slice(0, 3).sort()).toEqual(NODES);
  expect(fs.readdirSync(folder).sort()).toEqual(["hostroute-abandoned-id-0", "hostroute-abandoned-id-1"]);
  expect(fs.statSync(path.join(folder, "hostroute-abandoned-id-0")).mode & 0o777).toBe(0o600);
});

it("tells whoever judges also of servers that Nova has lost, where a restore is asked for", async () => {
  const told = ({ mocks }: Awaited<ReturnType<typeof made>>) =>
    mocks.resources.filter(({ type }) => type.endsWith(":EtcdBegun")).map(({ inputs }) => inputs.last);
  expect(told(await made(RESTORING))).toEqual([["lost"]]);
  expect(told(await made({ ...BASE, snapshots: { container: "etcd" } }))).toEqual([[]]);
});

it("goes on in turn once the first one has begun", async () => {
  const { servers } = await made(RESTORING, { etcdBegun: true, restored: { restores: 1, abandoned: ["id-1"] } });
  expect(servers.slice(0, 2)).toEqual(["dev-control-plane-0", "dev-control-plane-0-in-service"]);
});

it("has Secrets written anew after each restore, once there is another key: a snapshot may be from before that was used", async () => {
  const keys = { encryption: { known: [1, 2], used: 2 } };
  const triggers = async (raw: Raw, restores: number) => {
    const { mocks } = await made(raw, { etcdBegun: true, restored: { restores, abandoned: [] } });
    return mocks.resources.filter(({ name }) => name === "dev-encrypted").map(({ inputs }) => inputs.triggers);
  };
  expect(await triggers({ ...RESTORING, keys }, 1)).toEqual([[2, 1]]);
  expect(await triggers({ ...RESTORING, keys }, 2)).toEqual([[2, 2]]);
  expect(await triggers(RESTORING, 1)).toEqual([]);
});

it("tells nodes where snapshots go by a Secret, and only where there are any", async () => {
  const { mocks } = await made({ ...BASE, snapshots: { container: "etcd", interval: 600 } });
  const [secret] = mocks.resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
  expect(secret?.inputs.metadata).toEqual({ name: "hostroute-etcd-snapshots", namespace: "kube-system" });
  const { secret: data } = secret!.inputs.data as { secret: Record<string, string> };
  const text = (key: string) => Buffer.from(data[key]!, "base64").toString();
  expect([text("interval"), text("keep"), text("kubernetes")]).toEqual(["600", "604800", "1.36.3"]);
  expect(text("put")).toMatch(/^https:\/\/store\.example\/v1\/AUTH_p\/etcd\/dev\/\?temp_url_sig=/);
  expect(text("put")).not.toBe(text("get"));
  const without = (await made(BASE)).mocks.resources.map(({ type }) => type);
  expect(without.filter((type) => /Secret$|SnapshotStore/.test(type))).toEqual([]);
});

describe("an only server", () => {
  const ALONE: Raw = { workerPools: [{ name: "worker", count: 1 }], snapshots: { container: "etcd" } };
  const ONE = ["dev-control-plane-0", "dev-worker-0"];
  const HANDS_OVER = { last: "s0", handOver: "s0", handOvers: 2 };
  const trigger = ({ triggers }: Awaited<ReturnType<typeof made>>) => triggers.get("dev-control-plane-0");

  it("is asked to hand over before it is replaced, for each word, and the new one begins with just that", async () => {
    const before = await made(ALONE, { onlyServer: { last: "s0" } }, ONE);
    const now = await made(ALONE, { onlyServer: HANDS_OVER }, ONE);
    const [command] = now.mocks.resources.filter(({ name }) => name === "dev-control-plane-0-hand-over");
    expect(command?.inputs).toMatchObject({
      create: "hand_over",
      environment: { NODE: "dev-control-plane-0", SERVER: "s0", WORD: "2" },
      triggers: [2],
    });
    const told = now.mocks.resources.map(({ name }) => name);
    expect(told.indexOf("dev-control-plane-0-hand-over")).toBeLessThan(told.lastIndexOf("dev-control-plane-0"));
    expect(trigger(now)).not.toBe(trigger(before));
    const text = new Map(now.documents).get("dev-control-plane-0")!;
    expect(text).toContain('RESTORE_FINAL="s0 2"');
    expect(text).toContain("RESTORE_FROM=latest");
  });

  it("is not asked before it is known that nothing begins anew: an update that asks for both is refused, and nothing touched", async () => {
    const { requests } = await made(ALONE, { onlyServer: HANDS_OVER }, ONE);
    const command = requests.find((request) => request.getName() === "dev-control-plane-0-hand-over");
    const kinds = command?.getDependenciesList().map((urn) => urn.split("::")[2]?.split(":").at(-1));
    expect(kinds).toEqual(expect.arrayContaining(["OnlyServer", "EtcdBegun"]));
  });

  it("stays when nobody asks, and a server in a lost one's place begins with its last word alone", async () => {
    const quiet = await made(ALONE, { onlyServer: { last: "s0" } }, ONE);
    const [command] = quiet.mocks.resources.filter(({ name }) => name === "dev-control-plane-0-hand-over");
    expect(command?.inputs).toMatchObject({ environment: { SERVER: "", WORD: "0" }, triggers: [0] });
    expect(new Map(quiet.documents).get("dev-control-plane-0")).toContain('RESTORE_FINAL="s0 0"');
    const plain = await made({ workerPools: ALONE.workerPools! }, {}, ONE);
    expect(trigger(quiet)).toBe(trigger(plain));
  });

  it("begins etcd where the stack is new, and with what the operator says where that was asked for", async () => {
    const fresh = await made(ALONE, {}, []);
    expect(new Map(fresh.documents).get("dev-control-plane-0")).not.toContain("RESTORE_FROM");
    const asked: Raw = { ...ALONE, snapshots: { container: "etcd", restoreFrom: "a.db" } };
    const { documents } = await made(asked, { onlyServer: { last: "s0" }, restored: { restores: 1 } }, []);
    const text = new Map(documents).get("dev-control-plane-0")!;
    expect(text).toContain("RESTORE_FROM=a.db");
    expect(text).not.toContain("RESTORE_FINAL=");
  });

  it("is in service again before anything happens to a worker", async () => {
    const { mocks } = await made(ALONE, { onlyServer: HANDS_OVER }, ONE);
    const told = mocks.resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    expect(told.indexOf("Command dev-api-ready")).toBeLessThan(told.indexOf("Instance dev-worker-0"));
  });

  it("has no such command among several, or without snapshots", async () => {
    for (const raw of [{ ...BASE, snapshots: { container: "etcd" } }, { workerPools: ALONE.workerPools! }]) {
      const { mocks } = await made(raw);
      expect(mocks.resources.filter(({ name }) => name.endsWith("-hand-over"))).toEqual([]);
    }
  });
});
