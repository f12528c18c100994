import * as pulumi from "@pulumi/pulumi";
import { readRouterRoutes } from "../../../components/network/routerRoutes/reader";
import { fakeClock } from "../../openstack/fakeClock";
import { FakeCloud } from "../../openstack/fakeCloud";

const cloud = new FakeCloud();

beforeAll(async () => {
  await cloud.start();
  for (const name of Object.keys(process.env).filter((key) => key.startsWith("OS_"))) delete process.env[name];
});
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(() => {
  fakeClock();
  cloud.requests.length = 0;
  cloud.routers.set("r1", ["10.200.0.0/24", "10.106.1.2"], ["192.168.7.0/24", "10.106.1.99"]);
});

const config = (key: string) => ({ userName: "demo", password: "secret", region: "one", authUrl: cloud.url })[key];
const ROUTES = [
  { destination: "10.200.0.0/24", nexthop: "10.106.1.2" },
  { destination: "192.168.7.0/24", nexthop: "10.106.1.99" },
];

it("gives all routes as they are now, others' too, and changes nothing", async () => {
  expect(await readRouterRoutes("r1", config)).toEqual(ROUTES);
  cloud.routers.set("r1");
  expect(await readRouterRoutes("r1", config)).toEqual([]);
  expect(cloud.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    ...["POST /v3/auth/tokens", "GET /v2.0/routers/r1"],
    ...["POST /v3/auth/tokens", "GET /v2.0/routers/r1"],
  ]);
});

it("takes the stack's openstack: configuration", async () => {
  const keys = ["userName", "password", "region", "authUrl"] as const;
  pulumi.runtime.setAllConfig(Object.fromEntries(keys.map((key) => [`openstack:${key}`, config(key)!])));
  expect(await readRouterRoutes("r1")).toEqual(ROUTES);
});

it("says that there is no such router, and takes one without routes for one that has none", async () => {
  await expect(readRouterRoutes("r9", config)).rejects.toThrow("Neutron has no router r9");
  const login = { status: 201, body: { token: { catalog: cloud.catalog() } } };
  cloud.answers.push(login, { status: 200, body: { router: { id: "r1" } } });
  expect(await readRouterRoutes("r1", config)).toEqual([]);
});
