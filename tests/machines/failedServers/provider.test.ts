import { FailedServersProvider } from "../../../components/machines/failedServers/provider";
import { fakeClock } from "../../openstack/fakeClock";
import { FakeCloud } from "../../openstack/fakeCloud";

const cloud = new FakeCloud();
let provider: FailedServersProvider;
beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(async () => {
  fakeClock();
  cloud.answers.length = 0;
  cloud.requests.length = 0;
  cloud.servers = [active("dev-control-plane-0"), active("dev-worker-0"), active("dev-worker-1")];
  provider = new FailedServersProvider();
  const config: Record<string, string> = { authUrl: cloud.url, userName: "demo", password: "secret", region: "one" };
  const get = (key: string) => config[key.replace(/^openstack:/, "")];
  await provider.configure({ config: { get, require: (key) => get(key) ?? "" } });
});

const RAN = "2026-11-24T00:00:00.000000";
const active = (name: string, id = `id of ${name}`) => ({ id, name, status: "ACTIVE", "OS-SRV-USG:launched_at": RAN });
const inError = (name: string, more: object = {}) => ({ ...active(name), status: "ERROR", ...more });
const inputs = {
  servers: [
    { name: "dev-control-plane-0", role: "control-plane" as const },
    { name: "dev-worker-0", role: "worker" as const },
    { name: "dev-worker-1", role: "worker" as const },
  ],
};
const fail = (name: string, more: object = {}) => {
  cloud.servers = cloud.servers.map((server) => (server.name === name ? inError(name, more) : server));
};

it("finds nothing to do with one question, where no server is in ERROR", async () => {
  expect(await provider.check({}, inputs)).toEqual({ inputs: { replaced: {} } });
  expect(cloud.requests.map(({ path }) => path)).toEqual([
    "/v3/auth/tokens",
    "/compute/v2.1/servers/detail?status=ERROR",
  ]);
});

it("has a worker in ERROR replaced, once: when its successor runs, nothing changes any more", async () => {
  fail("dev-worker-1");
  const { inputs: first } = await provider.check({ replaced: {} }, inputs);
  expect(first).toEqual({ replaced: { "dev-worker-1": "id of dev-worker-1" } });
  expect(await provider.diff("failed-servers", { replaced: {} }, first!)).toEqual({ changes: true });
  expect(await provider.update("failed-servers", { replaced: {} }, first!)).toEqual({ outs: first });

  cloud.servers = [...cloud.servers.slice(0, 2), active("dev-worker-1", "its successor")];
  const { inputs: second } = await provider.check(first!, inputs);
  expect(second).toEqual(first);
  expect(await provider.diff("failed-servers", first!, second!)).toEqual({ changes: false });
});

it("refuses to go on with a control-plane server in ERROR that has run, in Nova's words", async () => {
  fail("dev-control-plane-0", { fault: { message: "disk full on compute-7" } });
  const { failures } = await provider.check({ replaced: {} }, inputs);
  expect(failures).toEqual([{ property: "", reason: expect.stringContaining("disk full on compute-7") as string }]);
});

it("has one replaced that never ran", async () => {
  fail("dev-control-plane-0", { "OS-SRV-USG:launched_at": null });
  const { inputs: checked, failures } = await provider.check({}, inputs);
  expect([checked, failures]).toEqual([
    { replaced: { "dev-control-plane-0": "id of dev-control-plane-0" } },
    undefined,
  ]);
});

it("takes a control-plane server for one that has run where the cloud does not say", async () => {
  fail("dev-control-plane-0", { "OS-SRV-USG:launched_at": undefined });
  expect((await provider.check({}, inputs)).failures).toHaveLength(1);
});

it("takes no other server for its own: of a longer name, or of the same name and perhaps another cluster's", async () => {
  cloud.servers.push(inError("dev-worker-10"), inError("other-dev-worker-1"), inError("dev-worker-0"));
  expect(await provider.check({}, inputs)).toEqual({ inputs: { replaced: {} } });
});

it("knows its own server beside one whose name begins like it", async () => {
  cloud.servers.push(active("dev-worker-10"));
  fail("dev-worker-1");
  expect((await provider.check({}, inputs)).inputs).toEqual({ replaced: { "dev-worker-1": "id of dev-worker-1" } });
});

it("fails when Nova does not say", async () => {
  cloud.answers.push({ status: 201, body: { token: { catalog: cloud.catalog() } } }, { status: 403, body: "no" });
  await expect(provider.check({}, inputs)).rejects.toThrow('Nova answered 403 for servers with status=ERROR: "no"');
});

it("remembers what it has found, and nothing else", async () => {
  const checked = { replaced: { a: "1" }, __provider: "its text" };
  expect(await provider.create(checked)).toEqual({ id: "failed-servers", outs: { replaced: { a: "1" } } });
});
