import * as pulumi from "@pulumi/pulumi";
import { DepartedRoutesProvider } from "../../../../components/network/hostRoutes/departed/provider";
import { fakeClock } from "../../../openstack/fakeClock";
import { FakeCloud } from "../../../openstack/fakeCloud";

const cloud = new FakeCloud();
let provider: DepartedRoutesProvider;

beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(async () => {
  fakeClock();
  cloud.requests.length = 0;
  provider = new DepartedRoutesProvider();
  const config: Record<string, string> = { authUrl: cloud.url, userName: "demo", password: "secret", region: "one" };
  const get = (key: string) => config[key.replace(/^openstack:/, "")];
  await provider.configure({ config: { get, require: (key) => get(key) ?? "" } });
});

const of = (...nodes: number[]) => ({
  subnetId: "s1",
  routes: nodes.map((n) => ({ destination: `10.200.${n}.0/24`, nextHop: `10.106.1.${n + 2}` })),
});
const entry = (n: number): [string, string] => [`10.200.${n}.0/24`, `10.106.1.${n + 2}`];
const FOREIGN: [string, string] = ["192.168.7.0/24", "10.106.1.99"];
/** For the same podCIDR as node 0's, but not node 0's. */
const OTHER: [string, string] = ["10.200.0.0/24", "10.106.1.77"];

it("asks nobody where nobody has left", async () => {
  expect(await provider.create(of())).toEqual({ id: "departed-routes", outs: of() });
  expect(await provider.diff("departed-routes", of(), of())).toEqual({ changes: false });
  expect(cloud.requests).toEqual([]);
});

it.each([
  ["at its creation", () => provider.create(of(0))],
  ["later", () => provider.update("departed-routes", of(), of(0))],
])("removes the routes of those who have left, and no others, %s", async (_name, remove) => {
  cloud.set("s1", FOREIGN, entry(0), OTHER, entry(1));
  expect((await remove()).outs).toEqual(of(0));
  expect(cloud.table("s1")).toEqual([FOREIGN, OTHER, entry(1)]);
});

it("has something to do as long as one of them is there, and no sooner", async () => {
  cloud.set("s1", FOREIGN, OTHER, entry(1));
  for (const before of [of(), of(0), of(1)])
    expect(await provider.diff("departed-routes", before, of(0))).toEqual({ changes: false });
  cloud.set("s1", FOREIGN, OTHER, entry(1), entry(0));
  for (const before of [of(), of(0), of(1)])
    expect(await provider.diff("departed-routes", before, of(0))).toEqual({ changes: true });
  expect(await provider.diff("departed-routes", of(0), of())).toEqual({ changes: false });
});

it("may have something to do where a preview does not know yet", async () => {
  const unknown = pulumi.runtime.unknownValue as unknown as [];
  expect(await provider.diff("departed-routes", of(), { ...of(), routes: unknown })).toEqual({ changes: true });
  expect(cloud.requests).toEqual([]);
});

it("is content with a subnet that is gone", async () => {
  cloud.remove("s1");
  expect(await provider.diff("departed-routes", of(0), of(0))).toEqual({ changes: false });
  expect((await provider.update("departed-routes", of(), of(0))).outs).toEqual(of(0));
});

describe("on a router", () => {
  const onRouter = (...nodes: number[]) => ({ routerId: "r1", routes: of(...nodes).routes });

  it("removes the routes of those who have left, and no others, as long as one of them is there", async () => {
    cloud.routers.set("r1", FOREIGN, entry(0), OTHER, entry(1));
    expect(await provider.diff("departed-routes", onRouter(), onRouter(0))).toEqual({ changes: true });
    expect((await provider.update("departed-routes", onRouter(), onRouter(0))).outs).toEqual(onRouter(0));
    expect(cloud.routers.table("r1")).toEqual([FOREIGN, OTHER, entry(1)]);
    expect(await provider.diff("departed-routes", onRouter(), onRouter(0))).toEqual({ changes: false });
  });

  it("asks nobody where nobody has left, and is content with a router that is gone", async () => {
    expect(await provider.create(onRouter())).toEqual({ id: "departed-routes", outs: onRouter() });
    expect(cloud.requests).toEqual([]);
    cloud.routers.remove("r1");
    expect(await provider.diff("departed-routes", onRouter(0), onRouter(0))).toEqual({ changes: false });
    expect((await provider.create(onRouter(0))).outs).toEqual(onRouter(0));
  });
});
