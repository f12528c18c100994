import * as pulumi from "@pulumi/pulumi";
import { HostRoutesProvider } from "../../../components/network/hostRoutes/provider";
import { fakeClock } from "../../openstack/fakeClock";
import { FakeCloud } from "../../openstack/fakeCloud";

const cloud = new FakeCloud();
let pauses: number[];
let provider: HostRoutesProvider;

beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(async () => {
  pauses = fakeClock();
  cloud.answers.length = 0;
  cloud.beforePut = () => undefined;
  cloud.maxHostRoutes = 5;
  cloud.requests.length = 0;
  cloud.set("s1");
  provider = new HostRoutesProvider();
  const config: Record<string, string> = { authUrl: cloud.url, userName: "demo", password: "secret", region: "one" };
  const get = (key: string) => config[key.replace(/^openstack:/, "")];
  await provider.configure({ config: { get, require: (key) => get(key) ?? "" } });
});

const own = (...nodes: number[]) =>
  nodes.map((n) => ({ destination: `10.200.${n}.0/24`, nextHop: `10.106.1.${n + 2}` }));
const inputs = (...nodes: number[]) => ({ subnetId: "s1", routes: own(...nodes), most: 5 });
const state = (...nodes: number[]) => ({
  ...inputs(...nodes),
  kept: own(),
  restored: [],
  restoredAt: expect.any(Number) as unknown as number,
});
const table = (...nodes: number[]) => own(...nodes).map((r): [string, string] => [r.destination, r.nextHop]);
const FOREIGN: [string, string] = ["192.168.7.0/24", "10.106.1.99"];
const puts = () => cloud.requests.filter(({ method }) => method === "PUT").length;

it("creates all routes in one request, and leaves those of others", async () => {
  cloud.set("s1", FOREIGN);
  expect(await provider.create(inputs(0, 1))).toEqual({ id: "s1", outs: state(0, 1) });
  expect(cloud.table("s1")).toEqual([FOREIGN, ...table(0, 1)]);
  expect(puts()).toBe(1);
});

it("asks nothing of the cloud before it is needed, and logs in once", async () => {
  expect(cloud.requests).toEqual([]);
  await provider.create(inputs(0));
  await provider.diff("s1", state(0), inputs(0));
  expect(cloud.requests.filter(({ path }) => path === "/v3/auth/tokens")).toHaveLength(1);
});

it("writes nothing where the table already is as planned", async () => {
  cloud.set("s1", ["10.200.0.0/24", "10.106.1.2"]);
  await provider.create(inputs(0));
  expect(puts()).toBe(0);
});

it("sees no change where there is none, whatever order Neutron gives and whatever others add", async () => {
  cloud.set("s1", ["10.200.1.0/24", "10.106.1.3"], FOREIGN, ["10.200.0.0/24", "10.106.1.2"]);
  expect(await provider.diff("s1", state(0, 1), inputs(0, 1))).toEqual({ changes: false });
});

it("sees and restores a route removed by hand, and says so", async () => {
  cloud.set("s1", ["10.200.1.0/24", "10.106.1.3"], FOREIGN);
  expect(await provider.diff("s1", state(0, 1), inputs(0, 1))).toEqual({ changes: true });
  expect(await provider.update("s1", state(0, 1), inputs(0, 1))).toEqual({
    outs: { ...state(0, 1), restored: ["10.200.0.0/24 via 10.106.1.2 was missing"] },
  });
  expect(cloud.table("s1")).toEqual([FOREIGN, ...table(0, 1)]);
  expect(await provider.diff("s1", state(0, 1), inputs(0, 1))).toEqual({ changes: false });
});

it("sees and restores a next hop changed by hand", async () => {
  cloud.set("s1", ["10.200.0.0/24", "10.106.1.77"]);
  expect(await provider.diff("s1", state(0), inputs(0))).toEqual({ changes: true });
  const { outs } = await provider.update("s1", state(0), inputs(0));
  expect(outs?.restored).toEqual([
    "10.200.0.0/24 via 10.106.1.2 was missing",
    "10.200.0.0/24 via 10.106.1.77 was not ours",
  ]);
  expect(cloud.table("s1")).toEqual(table(0));
});

it("adds a node's route, and restores nothing by that", async () => {
  await provider.create(inputs(0, 1));
  expect(await provider.diff("s1", state(0, 1), inputs(0, 1, 2))).toEqual({ changes: true });
  expect(await provider.update("s1", state(0, 1), inputs(0, 1, 2))).toEqual({ outs: state(0, 1, 2) });
  expect(cloud.table("s1")).toEqual(table(0, 1, 2));
});

describe("the route of a node that leaves", () => {
  const left = { ...state(1, 2), kept: own(0) };
  const leave = () => provider.update("s1", state(0, 1), inputs(1, 2));

  it("stays, for whoever drains the node", async () => {
    await provider.create(inputs(0, 1));
    expect(await provider.diff("s1", state(0, 1), inputs(1, 2))).toEqual({ changes: true });
    expect(await leave()).toEqual({ outs: left });
    expect(cloud.table("s1")).toEqual(table(1, 2, 0));
    expect(await provider.diff("s1", left, inputs(1, 2))).toEqual({ changes: false });
  });

  it("is missed by nobody once it is gone, by whose hand ever", async () => {
    cloud.set("s1", ...table(1, 2));
    expect(await provider.diff("s1", left, inputs(1, 2))).toEqual({ changes: false });
    expect(await provider.update("s1", left, inputs(1))).toEqual({ outs: { ...state(1), kept: own(2) } });
  });

  it("is the node's own again when that comes back, and goes with the rest", async () => {
    cloud.set("s1", FOREIGN, ...table(1, 2, 0));
    expect(await provider.update("s1", left, inputs(0, 1, 2))).toEqual({ outs: state(0, 1, 2) });
    await provider.delete("s1", left);
    expect(cloud.table("s1")).toEqual([FOREIGN]);
  });

  it("goes at once where another next hop takes its place", async () => {
    await provider.create(inputs(0));
    const moved = { ...inputs(), routes: [{ ...own(0)[0]!, nextHop: "10.106.1.50" }] };
    await provider.update("s1", state(0), moved);
    expect(cloud.table("s1")).toEqual([["10.200.0.0/24", "10.106.1.50"]]);
  });

  it("goes at once where there is no room for both: one node may take another's place in a full table", async () => {
    await provider.create(inputs(0, 1, 2, 3, 4));
    expect(await provider.update("s1", state(0, 1, 2, 3, 4), inputs(1, 2, 3, 4, 5))).toEqual({
      outs: state(1, 2, 3, 4, 5),
    });
    expect(cloud.table("s1")).toEqual(table(1, 2, 3, 4, 5));
  });

  it("goes at once where DHCP could not carry both", async () => {
    cloud.maxHostRoutes = 40;
    cloud.set(
      "s1",
      ...Array.from({ length: 28 }, (_, n): [string, string] => [`192.168.${n}.0/24`, "10.106.1.99"]),
      ...table(0, 1),
    );
    const { outs } = await provider.update("s1", state(0, 1), { ...inputs(1, 2), most: 40 });
    expect(outs?.kept).toEqual([]);
    expect(cloud.table("s1")).toHaveLength(30);
  });

  it("stays where a lower limit leaves it no host route: nodes are to have it from the published plan first", async () => {
    await provider.create(inputs(0, 1, 2, 3));
    cloud.maxHostRoutes = 3;
    const fewer = { ...inputs(0, 1, 2), most: 3 };
    const { outs } = await provider.update("s1", state(0, 1, 2, 3), fewer);
    expect(outs).toEqual({ ...state(0, 1, 2), most: 3, kept: own(3) });
    expect(cloud.table("s1")).toEqual(table(0, 1, 2, 3));
    expect(await provider.diff("s1", outs!, fewer)).toEqual({ changes: false });
  });

  it("is unknown to a state of before: what that has is all that is ours", async () => {
    const { kept, ...before } = state(0, 1);
    expect(kept).toEqual([]);
    cloud.set("s1", FOREIGN, ...table(0, 1));
    expect(await provider.diff("s1", before, inputs(0, 1))).toEqual({ changes: false });
    expect(await provider.update("s1", before, inputs(1))).toEqual({ outs: { ...state(1), kept: own(0) } });
  });
});

it("is replaced when its subnet is another one or gone, and deleted without a subnet", async () => {
  expect(await provider.diff("s1", state(0), { ...inputs(0), subnetId: "s2" })).toEqual({
    changes: true,
    replaces: ["subnetId"],
  });
  cloud.remove("s1");
  expect(await provider.diff("s1", state(0), inputs(0))).toEqual({ changes: true, replaces: ["subnetId"] });
  expect(await provider.read("s1", state(0))).toEqual({});
  await provider.delete("s1", state(0));
  await expect(provider.create(inputs(0))).rejects.toThrow("Subnet s1 does not exist (any more)");
});

it("reads its state back as long as the subnet is there", async () => {
  expect(await provider.read("s1", state(0))).toEqual({ id: "s1", props: state(0) });
  expect(await provider.read("s1")).toEqual({});
});

it("deletes its own routes and no other", async () => {
  cloud.set("s1", ["10.200.0.0/24", "10.106.1.2"], FOREIGN);
  await provider.delete("s1", state(0, 1));
  expect(cloud.table("s1")).toEqual([FOREIGN]);
});

it("tries again on the table of whoever came between", async () => {
  let once = true;
  cloud.beforePut = () => {
    if (once) cloud.set("s1", FOREIGN);
    once = false;
    return undefined;
  };
  await provider.create(inputs(0));
  expect(cloud.table("s1")).toEqual([FOREIGN, ...table(0)]);
  expect(puts()).toBe(2);
});

it("gives up when others never stop, after two minutes with growing pauses", async () => {
  cloud.beforePut = () => ({ status: 412, body: "RevisionNumberConstraintFailed" });
  await expect(provider.create(inputs(0))).rejects.toThrow(
    "Subnet s1 was changed by others over and over for 2 minutes: try again",
  );
  expect(pauses.slice(0, 3)).toEqual([500, 1000, 2000]);
  expect(pauses.reduce((sum, pause) => sum + pause)).toBeGreaterThan(90_000);
});

it("refuses to take over a route that is not the stack's", async () => {
  cloud.set("s1", ["10.200.0.0/24", "10.106.1.77"]);
  await expect(provider.create(inputs(0))).rejects.toThrow(
    "Subnet s1 already routes 10.200.0.0/24 via 10.106.1.77, which is not this stack's route: " +
      "choose another hostroute:clusterCidr or firstSlot, or remove that route",
  );
  expect(cloud.table("s1")).toEqual([["10.200.0.0/24", "10.106.1.77"]]);
});

describe("a subnet in which others have routes", () => {
  const others = (count: number) =>
    Array.from({ length: count }, (_, n): [string, string] => [`192.168.${n}.0/24`, "10.106.1.99"]);
  const refusal = (routes: string, bytes: number) =>
    expect.stringMatching(
      new RegExp(`^The subnet would have ${routes}.* ${bytes} bytes long, but an option holds at most 255`),
    ) as string;

  it("is refused at preview where DHCP could not carry all, with the count", async () => {
    cloud.set("s1", ...others(28));
    const { failures } = await provider.check({}, inputs(0, 1, 2));
    expect(failures).toEqual([
      { property: "routes", reason: refusal("31 host routes, 3 of this stack and 28 of others", 262) },
    ]);
    await expect(provider.create(inputs(0, 1, 2))).rejects.toThrow("The subnet would have 31 host routes");
    expect(puts()).toBe(0);
  });

  it("is accepted with 30 in all, however many are the stack's own from before", async () => {
    cloud.set("s1", ...others(27));
    expect(await provider.check({}, inputs(0, 1, 2))).toEqual({ inputs: inputs(0, 1, 2) });
    cloud.set("s1", ...others(27), ["10.200.0.0/24", "10.106.1.2"], ["10.200.1.0/24", "10.106.1.3"]);
    expect(await provider.check(state(0, 1), inputs(0, 1, 2))).toEqual({ inputs: inputs(0, 1, 2) });
  });

  describe("that made its table too long", () => {
    beforeEach(() => {
      cloud.maxHostRoutes = 40;
      cloud.set("s1", ...others(28), ...table(0, 1, 2));
    });

    it("is no reason to refuse an update that changes none", async () => {
      expect(await provider.check(state(0, 1, 2), inputs(0, 1, 2))).toEqual({ inputs: inputs(0, 1, 2) });
      expect(await provider.update("s1", state(0, 1, 2), inputs(0, 1, 2))).toEqual({ outs: state(0, 1, 2) });
      expect(puts()).toBe(0);
    });

    it("is no reason to refuse one that has fewer, or sends one elsewhere", async () => {
      expect(await provider.check(state(0, 1, 2), inputs(0, 1))).toEqual({ inputs: inputs(0, 1) });
      expect(await provider.check(state(0, 1, 2), inputs(0, 1, 7))).toEqual({ inputs: inputs(0, 1, 7) });
      await provider.update("s1", state(0, 1, 2), inputs(0, 1, 7));
      expect(cloud.table("s1")).toEqual([...others(28), ...table(0, 1, 7)]);
    });

    it("is no reason not to put right what was changed by hand", async () => {
      cloud.set("s1", ...others(28), ...table(0, 1), ["10.200.2.0/24", "10.106.1.77"]);
      await provider.update("s1", state(0, 1, 2), inputs(0, 1, 2));
      expect(cloud.table("s1")).toEqual([...others(28), ...table(0, 1, 2)]);
    });

    it.each([
      ["one more worker", others(28), state(0, 1, 2), inputs(0, 1, 2, 3), "4 of this stack and 28 of others"],
      [
        "a lost route whose place is taken",
        others(29),
        state(0, 1, 2),
        inputs(0, 1, 2),
        "3 of this stack and 29 of others",
      ],
    ])("is one to refuse %s", async (_name, foreign, before, wanted, whose) => {
      cloud.set("s1", ...foreign, ...table(0, 1, 2).slice(0, 31 - foreign.length));
      const { failures } = await provider.check(before, wanted);
      expect(failures).toEqual([{ property: "routes", reason: refusal(`32 host routes, ${whose}`, 270) }]);
      await expect(provider.update("s1", before, wanted)).rejects.toThrow("The subnet would have 32 host routes");
      expect(puts()).toBe(0);
    });
  });

  it("is refused where one of them is for a podCIDR of the plan", async () => {
    cloud.set("s1", ["10.200.0.0/24", "10.106.1.77"]);
    const { failures } = await provider.check({}, inputs(0));
    expect(failures?.[0]?.reason).toContain("already routes 10.200.0.0/24 via 10.106.1.77");
    expect((await provider.check(state(0), inputs(0))).failures).toBeUndefined();
  });

  it("is not asked where it does not exist yet", async () => {
    const unknown = { ...inputs(0), subnetId: pulumi.runtime.unknownValue };
    expect(await provider.check({}, unknown)).toEqual({ inputs: unknown });
    expect(cloud.requests).toEqual([]);
    expect((await provider.check({}, { ...inputs(0), subnetId: "s9" })).failures).toBeUndefined();
  });
});

it("passes on what Neutron says", async () => {
  await expect(provider.create(inputs(0, 1, 2, 3, 4, 5))).rejects.toThrow(
    /^Neutron answered 400 to 6 host routes of subnet s1: .*The number of host routes exceeds the limit 5/,
  );
  expect(cloud.table("s1")).toEqual([]);
});

it("takes no refusal for a lost subnet", async () => {
  cloud.answers.push({ status: 403, body: "Forbidden" });
  cloud.answers.unshift({ status: 201, body: { token: { catalog: cloud.catalog() } } });
  await expect(provider.read("s1", state(0))).rejects.toThrow('Neutron answered 403 for subnet s1: "Forbidden"');
});

it("logs in again after a login that failed", async () => {
  cloud.answers.push({ status: 403, body: "not now" });
  await expect(provider.read("s1", state(0))).rejects.toThrow('answered 403: "not now"');
  expect(await provider.read("s1", state(0))).toEqual({ id: "s1", props: state(0) });
});
