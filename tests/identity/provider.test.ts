import { IdentityProvider } from "../../components/identity/provider";
import { Upgrade } from "../../components/identity/upgrade";
import { FIRST_OF_ALL } from "../../components/settings/generations";

const provider = new IdentityProvider();
const growth = { membersJoin: false, acceptSingleMember: false };
const kept = (count: number, release = "1.35.6") => ({
  identity: { "controlPlane.count": count, clusterCidr: "10.200.0.0/16" },
  growth,
  release,
  recovery: "",
  readsPlan: true,
  keys: FIRST_OF_ALL,
});
const rotation = { controlPlaneStays: false };
const upgrade: Upgrade = { controlPlaneStays: false, hasWorkers: true, ours: [], pinned: [] };
const inputs = (count: number, release?: string) => ({ ...kept(count, release), upgrade, rotation, runs: false });

it("takes whatever a new cluster is made with, and remembers it", async () => {
  expect(await provider.check({}, inputs(3))).toEqual({ inputs: kept(3) });
  expect(await provider.create(kept(3))).toEqual({ id: "identity", outs: kept(3) });
});

it("refuses what a running one cannot take over", async () => {
  expect(await provider.check(kept(1), inputs(1))).toEqual({ inputs: kept(1) });
  const { failures } = await provider.check(kept(1), inputs(3));
  expect(failures).toEqual([{ property: "", reason: expect.stringContaining("controlPlane.count is 1") as string }]);
});

it("refuses a release that cannot be the next one, in one message with all else", async () => {
  expect(await provider.check(kept(3), inputs(3, "1.36.3"))).toEqual({ inputs: kept(3, "1.36.3") });
  const { failures } = await provider.check(kept(3), inputs(3, "1.37.2"));
  expect(failures).toEqual([
    { property: "", reason: expect.stringMatching(/^hostroute:kubernetesVersion 1\.37\.2/) as string },
  ]);
  const both = await provider.check(kept(1), inputs(3, "1.34.1"));
  expect(both.failures).toHaveLength(1);
  expect(both.failures![0]!.reason).toMatch(/controlPlane\.count is 1 .*\nhostroute:kubernetesVersion 1\.34\.1/s);
});

it("refuses more workers than host routes as long as the running nodes do not read the published plan", async () => {
  const more = { ...inputs(3), grown: { hostRoutes: 20, beyond: 2 } };
  for (const olds of [{}, kept(3)]) expect(await provider.check(olds, more)).toEqual({ inputs: kept(3) });
  const { readsPlan, ...older } = kept(3);
  for (const olds of [older, { ...older, readsPlan: !readsPlan }]) {
    const { failures } = await provider.check(olds, more);
    expect(failures).toEqual([
      {
        property: "",
        reason: expect.stringMatching(
          /^hostroute:workerPools has 22 workers, of which 2 .*no more than 20 workers first/s,
        ) as string,
      },
    ]);
    expect(await provider.check(olds, inputs(3))).toEqual({ inputs: kept(3) });
    expect(await provider.diff("identity", olds, kept(3))).toEqual({ changes: true });
  }
});

it("notes the release that an update brings, in place; a state from before knows none", async () => {
  const { release, readsPlan, ...older } = kept(3);
  expect(readsPlan).toBe(true);
  expect(await provider.check(older, inputs(3, "1.37.2"))).toEqual({ inputs: kept(3, "1.37.2") });
  expect(await provider.diff("identity", older, kept(3, release))).toEqual({ changes: true });
  expect(await provider.diff("identity", kept(3), kept(3, "1.36.3"))).toEqual({ changes: true });
});

it("is never replaced: what else is remembered is an update in place", async () => {
  const fewer = { ...kept(1), identity: { clusterCidr: "10.200.0.0/16" } };
  expect(await provider.diff("identity", kept(1), kept(1))).toEqual({ changes: false });
  expect(await provider.diff("identity", fewer, kept(1))).toEqual({ changes: true });
  expect(await provider.update("identity", fewer, kept(1))).toEqual({ outs: kept(1) });
});

describe("the keys that a stack was made with", () => {
  const given = (recovery: string, runs = false) => ({ ...inputs(1), recovery, runs });
  const state = (recovery: string) => ({ ...kept(1), recovery });

  it("are those that a new one is given, and stay in its state whether they are given again or not", async () => {
    expect(await provider.check({}, given("theirs"))).toEqual({ inputs: state("theirs") });
    for (const again of ["theirs", ""])
      expect(await provider.check(state("theirs"), given(again, true))).toEqual({ inputs: state("theirs") });
  });

  it("are its own where it was given none: also when it is of a version that could take none", async () => {
    const { recovery, ...older } = kept(1);
    for (const before of [state(recovery), older, {}])
      expect(await provider.check(before, given("", true))).toEqual({ inputs: state("") });
    // Its outputs get the property, which a preview would else not know.
    expect(await provider.diff("identity", older, kept(1))).toEqual({ changes: true });
  });

  it.each<[string, Parameters<typeof provider.check>[0], boolean]>([
    ["made with its own", state(""), true],
    ["made with others", state("others"), true],
    ["whose first update did not end well", state(""), false],
    ["of a version that noted no keys", { identity: kept(1).identity, growth, release: "1.35.6" }, true],
    ["of a version that noted nothing", {}, true],
  ])("are refused for a stack %s", async (_made, before, runs) => {
    const { failures } = await provider.check(before, given("theirs", runs));
    expect(failures).toEqual([
      { property: "", reason: expect.stringMatching(/^hostroute:recovery is for a new stack/) as string },
    ]);
  });
});
