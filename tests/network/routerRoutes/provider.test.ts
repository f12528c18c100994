import * as pulumi from "@pulumi/pulumi";
import { RouterRoutesProvider } from "../../../components/network/routerRoutes/provider";
import { fakeClock } from "../../openstack/fakeClock";
import { FakeCloud, Route } from "../../openstack/fakeCloud";

const cloud = new FakeCloud();
const { routers } = cloud;
let pauses: number[];
let provider: RouterRoutesProvider;

beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(async () => {
  pauses = fakeClock();
  cloud.answers.length = 0;
  cloud.requests.length = 0;
  Object.assign(routers, { most: 5, hasQuota: true, beforeChange: () => undefined });
  routers.set("r1");
  provider = new RouterRoutesProvider();
  const config: Record<string, string> = { authUrl: cloud.url, userName: "demo", password: "secret", region: "one" };
  const get = (key: string) => config[key.replace(/^openstack:/, "")];
  await provider.configure({ config: { get, require: (key) => get(key) ?? "" } });
});

const own = (...nodes: number[]) =>
  nodes.map((n) => ({ destination: `10.200.${n}.0/24`, nextHop: `10.106.1.${n + 2}` }));
const inputs = (...nodes: number[]) => ({ routerId: "r1", routes: own(...nodes) });
const state = (...nodes: number[]) => ({
  ...inputs(...nodes),
  kept: own(),
  restored: [],
  restoredAt: expect.any(Number) as unknown as number,
});
const table = (...nodes: number[]) => own(...nodes).map((r): Route => [r.destination, r.nextHop]);
const FOREIGN: Route = ["192.168.7.0/24", "10.106.1.99"];
/** What was asked to be changed, in its order: `add 2`, `remove 1`. */
const changes = () =>
  cloud.requests.flatMap(({ method, path, body }) => {
    if (method !== "PUT") return [];
    const { routes } = (body as { router: { routes: object[] } }).router;
    return [`${/(add|remove)_extraroutes$/.exec(path)![1]} ${routes.length}`];
  });

it("adds all routes in one request, and says nothing of those of others", async () => {
  routers.set("r1", FOREIGN);
  expect(await provider.create(inputs(0, 1))).toEqual({ id: "r1", outs: state(0, 1) });
  expect(routers.table("r1")).toEqual([FOREIGN, ...table(0, 1)]);
  expect(changes()).toEqual(["add 2"]);
  expect(JSON.stringify(cloud.requests.at(-1)?.body)).not.toContain("192.168.7.0");
});

it("keeps what others add and take away between its look and its change", async () => {
  const later: Route = ["192.168.8.0/24", "10.106.1.98"];
  routers.set("r1", FOREIGN);
  routers.beforeChange = () => void routers.set("r1", later);
  await provider.create(inputs(0, 1));
  expect(routers.table("r1")).toEqual([later, ...table(0, 1)]);
  routers.beforeChange = () => void routers.set("r1", later, FOREIGN, ...table(0, 1));
  await provider.delete("r1", state(0, 1));
  expect(routers.table("r1")).toEqual([later, FOREIGN]);
});

it("asks nothing of the cloud before it is needed, logs in once, and changes nothing where all are there", async () => {
  expect(cloud.requests).toEqual([]);
  routers.set("r1", ...table(0));
  await provider.create(inputs(0));
  await provider.diff("r1", state(0), inputs(0));
  expect(cloud.requests.filter(({ path }) => path === "/v3/auth/tokens")).toHaveLength(1);
  expect(changes()).toEqual([]);
});

it("sees no change where there is none, whatever order Neutron gives and whatever others add", async () => {
  routers.set("r1", ...table(1), FOREIGN, ...table(0));
  expect(await provider.diff("r1", state(0, 1), inputs(0, 1))).toEqual({ changes: false });
});

it("sees and restores a route removed by hand, and says so", async () => {
  routers.set("r1", ...table(1), FOREIGN);
  expect(await provider.diff("r1", state(0, 1), inputs(0, 1))).toEqual({ changes: true });
  expect(await provider.update("r1", state(0, 1), inputs(0, 1))).toEqual({
    outs: { ...state(0, 1), restored: ["10.200.0.0/24 via 10.106.1.2 was missing"] },
  });
  expect(routers.table("r1")).toEqual([...table(1), FOREIGN, ...table(0)]);
  expect(changes()).toEqual(["add 1"]);
});

it.each([
  ["in its place", table(1)],
  ["beside it, which a router takes by turns", table(0, 1)],
])("takes away another next hop that was put %s", async (_where, there) => {
  routers.set("r1", ["10.200.0.0/24", "10.106.1.77"], FOREIGN, ...there);
  expect(await provider.diff("r1", state(0, 1), inputs(0, 1))).toEqual({ changes: true });
  const { outs } = await provider.update("r1", state(0, 1), inputs(0, 1));
  expect(outs?.restored).toContain("10.200.0.0/24 via 10.106.1.77 was not ours");
  expect(routers.table("r1").sort()).toEqual([...table(0, 1), FOREIGN].sort());
  expect(changes()[0]).toBe("remove 1");
});

it("adds a worker's route alone, and restores nothing by that", async () => {
  await provider.create(inputs(0, 1));
  expect(await provider.diff("r1", state(0, 1), inputs(0, 1, 2))).toEqual({ changes: true });
  expect(await provider.update("r1", state(0, 1), inputs(0, 1, 2))).toEqual({ outs: state(0, 1, 2) });
  expect(changes()).toEqual(["add 2", "add 1"]);
});

describe("the route of a worker that leaves", () => {
  const left = { ...state(1, 2), kept: own(0) };

  it("stays, for whoever drains the worker", async () => {
    await provider.create(inputs(0, 1));
    expect(await provider.diff("r1", state(0, 1), inputs(1, 2))).toEqual({ changes: true });
    expect(await provider.update("r1", state(0, 1), inputs(1, 2))).toEqual({ outs: left });
    expect(routers.table("r1")).toEqual(table(0, 1, 2));
    expect(await provider.diff("r1", left, inputs(1, 2))).toEqual({ changes: false });
  });

  it("is missed by nobody once it is gone, and is the worker's again when that comes back", async () => {
    routers.set("r1", ...table(1, 2));
    expect(await provider.diff("r1", left, inputs(1, 2))).toEqual({ changes: false });
    expect(await provider.update("r1", left, inputs(0, 1, 2))).toEqual({ outs: state(0, 1, 2) });
  });

  it("goes with the rest, and nobody else's does", async () => {
    routers.set("r1", FOREIGN, ...table(0, 1, 2));
    await provider.delete("r1", left);
    expect(routers.table("r1")).toEqual([FOREIGN]);
  });

  it.each([true, false])("goes at once where there is no room for both (a quota: %s)", async (hasQuota) => {
    routers.hasQuota = hasQuota;
    routers.set("r1", FOREIGN);
    await provider.create(inputs(0, 1, 2, 3));
    expect(await provider.update("r1", state(0, 1, 2, 3), inputs(1, 2, 3, 4))).toEqual({ outs: state(1, 2, 3, 4) });
    expect(routers.table("r1")).toEqual([FOREIGN, ...table(1, 2, 3, 4)]);
    expect(pauses).toEqual([]);
  });
});

it.each([
  [true, /^Neutron answered 409 to 6 more routes of router r1: .*Quota exceeded for resources: \['router_route'\]/],
  [false, /^Neutron answered 400 to 6 more routes of router r1: .*The number of routes exceeds the maximum 5/],
])("passes on at once that there is no room, and has added none (a quota: %s)", async (hasQuota, words) => {
  routers.hasQuota = hasQuota;
  await expect(provider.create(inputs(0, 1, 2, 3, 4, 5))).rejects.toThrow(words);
  expect(routers.table("r1")).toEqual([]);
  expect(pauses).toEqual([]);
  // Nor would there be without those that are kept for a while: they are there afterwards.
  routers.set("r1", ...table(0));
  await expect(provider.update("r1", state(0), inputs(1, 2, 3, 4, 5, 6))).rejects.toThrow("6 more routes");
  expect(routers.table("r1")).toEqual(table(0));
});

it("passes on that the router has no interface in the node subnet", async () => {
  const elsewhere = { ...inputs(), routes: [{ destination: "10.200.0.0/24", nextHop: "10.107.1.2" }] };
  await expect(provider.create(elsewhere)).rejects.toThrow("the nexthop is not connected with router");
});

describe("a route of somebody else's to a podCIDR of the plan", () => {
  beforeEach(() => routers.set("r1", ["10.200.0.0/24", "10.106.1.77"]));
  const reason =
    "Router r1 already routes 10.200.0.0/24 via 10.106.1.77, which is not this stack's route: " +
    "choose another hostroute:clusterCidr or firstSlot, or remove that route";

  it("is refused at preview, and at an update before anything is changed", async () => {
    expect(await provider.check({}, inputs(0))).toEqual({
      inputs: inputs(0),
      failures: [{ property: "routes", reason }],
    });
    await expect(provider.create(inputs(0))).rejects.toThrow(reason);
    expect(changes()).toEqual([]);
  });

  it("is none where the stack had that destination before: then it was changed by hand", async () => {
    expect(await provider.check(state(0), inputs(0))).toEqual({ inputs: inputs(0) });
    expect((await provider.check({ ...state(0), routerId: "r0" }, inputs(0))).failures).toHaveLength(1);
  });
});

it("asks no router that does not exist yet", async () => {
  const unknown = { ...inputs(0), routerId: pulumi.runtime.unknownValue };
  expect(await provider.check({}, unknown)).toEqual({ inputs: unknown });
  expect(cloud.requests).toEqual([]);
  expect((await provider.check({}, { ...inputs(0), routerId: "r9" })).failures).toBeUndefined();
});

it("is replaced when its router is another one or gone, and deleted without a router", async () => {
  const replaced = { changes: true, replaces: ["routerId"] };
  expect(await provider.diff("r1", state(0), { ...inputs(0), routerId: "r2" })).toEqual(replaced);
  routers.remove("r1");
  expect(await provider.diff("r1", state(0), inputs(0))).toEqual(replaced);
  expect(await provider.read("r1", state(0))).toEqual({});
  await provider.delete("r1", state(0));
  await expect(provider.create(inputs(0))).rejects.toThrow("Router r1 does not exist (any more)");
});

it("reads its state back as long as the router is there", async () => {
  expect(await provider.read("r1", state(0))).toEqual({ id: "r1", props: state(0) });
  expect(await provider.read("r1")).toEqual({});
});

it("takes no refusal for a lost router, and none for a change that was made", async () => {
  const login = { status: 201, body: { token: { catalog: cloud.catalog() } } };
  cloud.answers.push(login, { status: 403, body: "Forbidden" });
  await expect(provider.read("r1", state(0))).rejects.toThrow('Neutron answered 403 for router r1: "Forbidden"');
  routers.beforeChange = () => ({ status: 403, body: "Forbidden" });
  await expect(provider.delete("r1", state(0))).rejects.toThrow(
    'Neutron answered 403 to 1 fewer routes of router r1: "Forbidden"',
  );
});
