import * as pulumi from "@pulumi/pulumi";
import { StoreProvider } from "../../components/backup/store/provider";
import { dropKey, hasContainer, putContainer, readLatest, snapshots } from "../../components/backup/store/swift";
import { Session } from "../../components/openstack/session";
import { FakeCloud } from "../openstack/fakeCloud";

const inputs = { container: "prod etcd", prefix: "prod/", validityHours: 48, earlyRenewalHours: 12 };
const cloud = new FakeCloud();
beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
beforeEach(() => cloud.containers.clear());

const provider = () => {
  const made = new StoreProvider();
  const settings: Record<string, string> = { authUrl: cloud.url, userName: "demo", password: "secret", region: "one" };
  const get = (key: string) => settings[key.replace(/^openstack:/, "")];
  const config: pulumi.dynamic.Config = { get, require: (key) => get(key)! };
  void made.configure({ config });
  return made;
};

it("makes a container with a key of its own, where there is one as well, and keeps what is in it", async () => {
  const objects = new Map([["prod/a.db", "a snapshot"]]);
  cloud.containers.set("prod etcd", { key: "an earlier one", objects });
  const { id, outs } = await provider().create(inputs);
  expect(id).toBe("prod etcd/prod/");
  expect(outs).toEqual({
    ...inputs,
    storageUrl: `${cloud.url}/swift/v1/AUTH_p`,
    key: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    expires: expect.closeTo(Date.now() / 1000 + 48 * 3600, -1) as number,
  });
  expect(cloud.containers.get("prod etcd")).toEqual({ key: outs!.key, objects });
});

it("is there as long as its container is", async () => {
  const { outs } = await provider().create(inputs);
  expect(await provider().read("id", outs)).toEqual({ id: "id", props: outs });
  cloud.containers.clear();
  expect(await provider().read("id", outs)).toEqual({});
});

it("renews its URLs in time, in place and by the same key, and is replaced for another folder", async () => {
  const { outs } = await provider().create(inputs);
  const before = outs!;
  expect(await provider().diff("id", before, inputs)).toMatchObject({ changes: false, replaces: [] });
  const soon = { ...before, expires: Date.now() / 1000 + 11 * 3600 };
  expect(await provider().diff("id", soon, inputs)).toMatchObject({ changes: true, replaces: [] });
  cloud.containers.clear();
  const { outs: after } = await provider().update("id", soon, inputs);
  expect(after).toEqual({ ...before, expires: expect.closeTo(before.expires, -1) as number });
  expect(cloud.containers.get("prod etcd")!.key).toBe(before.key);
  expect(await provider().diff("id", before, { ...inputs, prefix: "other/" })).toMatchObject({ replaces: ["prefix"] });
});

it("takes its key with it when it goes, and nothing else", async () => {
  const { outs } = await provider().create(inputs);
  cloud.containers.get("prod etcd")!.objects.set("prod/a.db", "a snapshot");
  await provider().delete("id", outs!);
  expect(cloud.containers.get("prod etcd")).toEqual({
    key: undefined,
    objects: new Map([["prod/a.db", "a snapshot"]]),
  });
  cloud.containers.clear();
  await provider().delete("id", outs!);
});

const latest = (name: string) => JSON.stringify({ name, time: "2026-11-29T00:00:00Z", size: 1, keys: 1 });
it.each<[string, string, Record<string, string>, RegExp | undefined]>([
  ["latest", "where it is", { "prod/a.db": "x", "prod/latest": latest("a.db") }, undefined],
  ["a.db", "where it is", { "prod/a.db": "x" }, undefined],
  [
    "a.db",
    "of another cluster",
    { "other/a.db": "x" },
    /has no a\.db; nothing was touched\. There is no snapshot there\.$/,
  ],
  ["b.db", "where others are", { "prod/a.db": "x" }, /has no b\.db; nothing was touched\. There are: a\.db\.$/],
  ["latest", "where none was taken", {}, /prod etcd\/prod\/ has no latest; nothing was touched/],
  [
    "latest",
    "which has gone",
    { "prod/latest": latest("a.db") },
    /has no a\.db, which latest names; nothing was touched/,
  ],
])("finds %s %s before anything is touched, or refuses", async (restoreFrom, _where, objects, refused) => {
  cloud.containers.set("prod etcd", { objects: new Map(Object.entries(objects)) });
  const { failures = [] } = await provider().check({}, { ...inputs, restoreFrom });
  expect(failures.map(({ reason }) => reason)).toEqual(refused ? [expect.stringMatching(refused)] : []);
});

it("asks nobody where nothing is to be restored, or what was asked for before", async () => {
  const before = { ...inputs, restoreFrom: "latest" };
  expect(await provider().check({}, inputs)).toEqual({ inputs });
  expect(await provider().check(before, before)).toEqual({ inputs: before });
});

/** A store that gives one answer. */
const answering = (status: number, body: unknown): Session => ({ call: () => Promise.resolve({ status, body }) });

it.each<[string, (session: Session) => Promise<unknown>]>([
  ["make the container c", (session) => putContainer(session, "c", "key")],
  ["change the container c", (session) => dropKey(session, "c")],
  ["read the container c", (session) => hasContainer(session, "c")],
  ["read dev/latest in c", (session) => readLatest(session, { container: "c", prefix: "dev/" })],
  ["list the container c", (session) => snapshots(session, { container: "c", prefix: "dev/" })],
])("says what the store refuses to do: %s", async (what, ask) => {
  await expect(ask(answering(403, "Forbidden"))).rejects.toThrow(
    `The object store answered 403 when asked to ${what}: "Forbidden"`,
  );
});

it.each<[string, unknown]>([
  ["a text", "x"],
  ["nothing", null],
  ["no name", { time: "2026-11-29T00:00:00Z" }],
  ["no time", { name: "a.db", time: "yesterday" }],
])("does not believe a latest that is %s", async (_what, body) => {
  await expect(readLatest(answering(200, body), { container: "c", prefix: "dev/" })).rejects.toThrow(
    "c/dev/latest does not say which snapshot is the last one",
  );
});

it("finds no snapshots in a container that is empty, or is not there", async () => {
  expect(await snapshots(answering(204, ""), { container: "c", prefix: "dev/" })).toEqual([]);
  expect(await snapshots(answering(404, ""), { container: "c", prefix: "dev/" })).toEqual([]);
});
