import * as pulumi from "@pulumi/pulumi";
import { readHostRoutes } from "../../../components/network/hostRoutes/reader";
import { fakeClock } from "../../openstack/fakeClock";
import { FakeCloud, TOKEN } from "../../openstack/fakeCloud";

const cloud = new FakeCloud();
const OURS: [string, string] = ["10.200.0.0/24", "10.106.1.2"];
const FOREIGN: [string, string] = ["192.168.7.0/24", "10.106.1.99"];

beforeAll(async () => {
  await cloud.start();
  for (const name of Object.keys(process.env).filter((key) => key.startsWith("OS_"))) delete process.env[name];
});
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(() => {
  fakeClock();
  cloud.requests.length = 0;
  cloud.set("s1", OURS, FOREIGN);
});

const config: Record<string, string> = { userName: "demo", password: "a password", region: "one" };
const read = (subnetId: string, more: Record<string, string> = {}) => {
  const values: Record<string, string> = { ...config, authUrl: cloud.url, ...more };
  return readHostRoutes(subnetId, (key) => values[key]);
};

it("gives all host routes as they are now, others' too, and changes nothing", async () => {
  const asRoutes = (...table: [string, string][]) => table.map(([destination, nexthop]) => ({ destination, nexthop }));
  expect(await read("s1")).toEqual(asRoutes(OURS, FOREIGN));
  cloud.set("s1", FOREIGN);
  expect(await read("s1")).toEqual(asRoutes(FOREIGN));
  expect(cloud.requests.filter(({ method }) => method !== "GET").map(({ path }) => path)).toEqual([
    "/v3/auth/tokens",
    "/v3/auth/tokens",
  ]);
});

it("takes the stack's openstack: configuration, and what that lacks from the environment, as the provider does", async () => {
  const { password, ...configured } = config;
  const entries = Object.entries(configured).map(([key, value]) => [`openstack:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries) as Record<string, string>);
  Object.assign(process.env, { OS_AUTH_URL: cloud.url, OS_PASSWORD: password, OS_USERNAME: "somebody else" });
  expect(await readHostRoutes("s1")).toHaveLength(2);
  expect(cloud.requests[0]?.body).toMatchObject({
    auth: { identity: { password: { user: { name: "demo", password } } } },
  });
  for (const name of ["OS_AUTH_URL", "OS_PASSWORD", "OS_USERNAME"]) delete process.env[name];
});

it.each([
  ["nobody answers", "s1", { authUrl: "http://127.0.0.1:1" }, "connect ECONNREFUSED 127.0.0.1:1"],
  ["no cloud is named", "s1", { authUrl: "" }, "No OpenStack cloud: set OS_CLOUD, OS_AUTH_URL or openstack:cloud"],
  ["Keystone refuses", "s1", { password: "wrong password" }, "/v3/auth/tokens answered 401: "],
  ["there is no such subnet", "s9", {}, "Neutron has no subnet s9"],
])("says so when %s, and tells no secret", async (_name, subnetId, more: Record<string, string>, text) => {
  const failure = await read(subnetId, more).catch((error: Error) => error.message);
  expect(failure).toContain(text);
  for (const secret of ["a password", "wrong password", TOKEN]) expect(failure).not.toContain(secret);
});
