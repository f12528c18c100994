import * as pulumi from "@pulumi/pulumi";
import { Turns } from "../../../components/machines/rollout/turns";
import { startMocks } from "../../mocks";

/** A control plane and workers of two pools, of which these exist. What is made, is made by hand. */
async function order(existing: string[] | undefined, { preview = false, maxUnavailable = 1, alone = true } = {}) {
  await startMocks();
  jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(preview);
  const names = ["a", "b", "c"];
  const ask = jest.fn(() => Promise.resolve(existing && new Set(existing)));
  const controlPlane = { names: ["k"], maxUnavailable: 1 };
  const pools = [
    { names, maxUnavailable },
    { names: ["z"], maxUnavailable },
  ];
  const turns = new Turns({ controlPlane, pools }, ask);
  const routes = new pulumi.ComponentResource("test:index:Routes", "routes");
  const begun: string[] = [];
  for (const name of ["k", ...names, "z"])
    void Promise.resolve(turns.of(name, routes) as Promise<pulumi.Resource>).then((resource) => {
      expect(resource).toBe(routes);
      begun.push(name);
    });
  const finish = new Map<string, () => void>();
  const byHand = (name: string) => {
    const urn = pulumi.output(new Promise<string>((resolve) => finish.set(name, () => resolve(`urn:${name}`))));
    return { urn } as unknown as pulumi.Resource;
  };
  // Where nobody says when a node is in service, nobody waits for it.
  const ofMembers = alone ? [] : ["k"];
  const inService = [...ofMembers, ...names, "z"].map((name): [string, pulumi.Resource] => [name, byHand(name)]);
  const departures = byHand("departures");
  const follow = () => turns.follow({ departures, inService: new Map(inService) });
  const after = async (step: () => void) => {
    step();
    await new Promise((resolve) => setTimeout(resolve, 10));
    return [...begun].sort().join("");
  };
  return { ask, turns, routes, follow, after, done: (name: string) => after(finish.get(name)!) };
}
afterEach(() => jest.restoreAllMocks());

it("lets everything of a new cluster begin at once, before anything else is registered", async () => {
  const { after } = await order([]);
  expect(await after(() => undefined)).toBe("abckz");
});

it("makes a control plane that begins anew at once, whichever of its servers exist, and keeps workers' turns", async () => {
  await startMocks();
  jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(false);
  const controlPlane = { names: ["k", "l", "m"], maxUnavailable: 1 };
  const pools = [{ names: ["a"], maxUnavailable: 1 }];
  const turns = new Turns({ controlPlane, pools }, () => Promise.resolve(new Set(["k", "l", "a"])));
  turns.begin(Promise.resolve(true));
  const routes = new pulumi.ComponentResource("test:index:Routes", "routes");
  const begun: string[] = [];
  for (const name of ["k", "l", "m", "a"])
    void Promise.resolve(turns.of(name, routes) as Promise<pulumi.Resource>).then(() => begun.push(name));
  expect(await turns.given(true, [routes])).toEqual([]);
  expect(await turns.given(false, [routes])).toEqual([routes]);
  expect(begun.sort()).toEqual(["k", "l", "m"]);
});

it("goes from one that exists to the next when that is in service, in each pool by itself", async () => {
  const { after, follow, done, ask } = await order(["a", "b", "c", "z"]);
  expect(await after(() => undefined)).toBe("k");
  expect(await after(follow)).toBe("k");
  expect(await done("departures")).toBe("akz");
  expect(await done("a")).toBe("abkz");
  expect(await done("b")).toBe("abckz");
  expect(ask).toHaveBeenCalledTimes(1);
});

it("makes what is missing first, and touches none of the others before that is in service", async () => {
  const { after, follow, done } = await order(["a", "c", "z"]);
  expect(await after(follow)).toBe("bk");
  expect(await done("departures")).toBe("bkz");
  expect(await done("b")).toBe("abkz");
  expect(await done("a")).toBe("abckz");
});

it("takes as many at a time as may be away", async () => {
  const { after, follow, done } = await order(["a", "b", "c", "z"], { maxUnavailable: 2 });
  await after(follow);
  expect(await done("departures")).toBe("abkz");
  expect(await done("b")).toBe("abkz");
  expect(await done("a")).toBe("abckz");
});

it("lets no worker begin, new ones neither, before a control plane that is there", async () => {
  const { after, follow, done } = await order(["k", "a"], { alone: false });
  expect(await after(follow)).toBe("k");
  expect(await done("departures")).toBe("k");
  expect(await done("k")).toBe("bckz");
  await done("c");
  expect(await done("b")).toBe("abckz");
});

it("does not hold up new workers of an only control-plane node", async () => {
  const { after, follow } = await order(["k"]);
  expect(await after(follow)).toBe("abckz");
});

it("takes all for there, where it cannot be known", async () => {
  const { after, follow, done } = await order(undefined);
  expect(await after(follow)).toBe("k");
  expect(await done("departures")).toBe("akz");
});

it("gives what is for a control plane that runs, or for one that does not", async () => {
  const running = await order(["k"]);
  expect(await running.turns.given(true, [running.routes])).toEqual([running.routes]);
  expect(await running.turns.given(false, [running.routes])).toEqual([]);
  const anew = await order(["a"]);
  expect(await anew.turns.given(true, [anew.routes])).toEqual([]);
  expect(await anew.turns.given(false, [anew.routes])).toEqual([anew.routes]);
});

it("neither waits nor asks at a preview", async () => {
  const { after, ask, turns, routes } = await order(["a", "b", "c"], { preview: true });
  expect(await after(() => undefined)).toBe("abckz");
  expect([await turns.given(true, [routes]), await turns.given(false, [routes])]).toEqual([[], []]);
  expect(ask).not.toHaveBeenCalled();
});

describe("a pool of 12", () => {
  const names = Array.from({ length: 12 }, (_, i) => `w${i}`);
  async function ahead(existing: string[], preview = false) {
    await startMocks();
    jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(preview);
    const ask = jest.fn(() => Promise.resolve(new Set(existing)));
    const order = { controlPlane: { names: [], maxUnavailable: 1 }, pools: [{ names, maxUnavailable: 1 }] };
    const turns = new Turns(order, ask);
    const found = await Promise.all(names.map(async (name) => [name, await turns.ahead(name)]));
    return { ask, ahead: Object.fromEntries(found.filter(([, other]) => other)) as Record<string, string> };
  }
  afterEach(() => void delete process.env.PULUMI_NODEJS_PARALLEL);

  it("begins with eight, and goes on as those get their servers", async () => {
    expect((await ahead([])).ahead).toEqual({ w8: "w0", w9: "w1", w10: "w2", w11: "w3" });
  });

  it("has at a preview no other order than the plan's, and asks nobody", async () => {
    const found = await ahead(["w0"], true);
    expect(found.ahead).toEqual({ w8: "w0", w9: "w1", w10: "w2", w11: "w3" });
    expect(found.ask).not.toHaveBeenCalled();
  });

  it("begins with those that are missing, which the others wait for", async () => {
    expect((await ahead(names.slice(0, 6))).ahead).toEqual({ w2: "w6", w3: "w7", w4: "w8", w5: "w9" });
  });

  it.each([
    ["10", { w10: "w0", w11: "w1" }],
    ["100", {}],
    ["2", { w8: "w0", w9: "w1", w10: "w2", w11: "w3" }],
  ])("begins with as many as the engine works on at once: --parallel %s", async (parallel, expected) => {
    process.env.PULUMI_NODEJS_PARALLEL = parallel;
    expect((await ahead([])).ahead).toEqual(expected);
  });
});
