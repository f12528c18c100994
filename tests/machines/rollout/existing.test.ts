import { readServers } from "../../../components/machines/rollout/existing";
import { fakeClock } from "../../openstack/fakeClock";
import { FakeCloud } from "../../openstack/fakeCloud";

const cloud = new FakeCloud();
beforeAll(async () => {
  await cloud.start();
  for (const name of Object.keys(process.env).filter((key) => key.startsWith("OS_"))) delete process.env[name];
});
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(() => void fakeClock());

const read = (config: Record<string, string> = {}) => {
  const all: Record<string, string> = { authUrl: cloud.url, userName: "demo", password: "a password", region: "one" };
  return readServers("dev", (key) => ({ ...all, ...config })[key]);
};

it("knows a cluster's servers by their names, but those that have failed", async () => {
  cloud.servers = [
    { id: "1", name: "dev-worker-0", status: "ACTIVE" },
    { id: "2", name: "dev-worker-1", status: "SHUTOFF" },
    { id: "5", name: "dev-worker-2", status: "ERROR" },
    { id: "3", name: "another-dev-worker-2", status: "ACTIVE" },
    { id: "4", name: "development", status: "ACTIVE" },
  ];
  expect(await read()).toEqual(new Set(["dev-worker-0", "dev-worker-1"]));
});

it("reads all pages of Nova's list: the control plane's, the oldest, come last", async () => {
  const names = ["dev-worker-2", "dev-worker-1", "dev-worker-0", "dev-control-plane-1", "dev-control-plane-0"];
  cloud.servers = names.map((name) => ({ id: `id of ${name}`.replaceAll(" ", "-"), name, status: "ACTIVE" }));
  for (cloud.pageSize of [1, 2, 4, 5]) expect(await read()).toEqual(new Set(names));
  cloud.pageSize = 1_000;
});

it("does not know them where Nova or Keystone refuses", async () => {
  expect(await read({ password: "wrong" })).toBeUndefined();
  cloud.answers.push({ status: 201, body: { token: { catalog: cloud.catalog() } } }, { status: 403, body: "no" });
  expect(await read()).toBeUndefined();
});
