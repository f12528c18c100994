import fc from "fast-check";
import { upgradeOf } from "../../components/identity";
import { Upgrade, upgradeRefusal } from "../../components/identity/upgrade";
import { releaseSets } from "../../components/kubernetes/releaseTable";
import { Running } from "../../components/kubernetes/skew";
import { DOCUMENTED_ERA, specOf } from "../fixtures";

const PINNED = ["1.36.3", "1.35.6", "1.34.10"];
const ALL: Upgrade = { controlPlaneStays: false, hasWorkers: true, ours: ["worker-0", "worker-1"], pinned: PINNED };

/** A cluster by the releases of its API servers and its kubelets: workers, and then nodes that are not in the plan. */
const runs = (servers: string[], kubelets: string[] = [], strangers: string[] = [], complete = true): Running => ({
  apiServers: servers.map((version, n) => ({ name: `control-plane-${n}`, version: `v${version}` })),
  complete,
  kubelets: [
    ...kubelets.map((version, n) => ({ name: `worker-${n}`, version: `v${version}` })),
    ...strangers.map((version, n) => ({ name: `stranger-${n}`, version: `v${version}` })),
  ],
});
const refused = (noted: string | undefined, wanted: string, running?: Running, more: Partial<Upgrade> = {}) =>
  upgradeRefusal(noted, wanted, { ...ALL, ...more, ...(running ? { running } : {}) });

const OLD = runs(["1.35.6", "1.35.6", "1.35.6"], ["1.35.6", "1.35.6"]);
/** An upgrade from 1.35 to 1.36, killed at different times. */
const BEGUN = runs(["1.36.3", "1.35.6", "1.35.6"], ["1.35.6", "1.35.6"]);
const HALF = runs(["1.36.3", "1.36.3", "1.36.3"], ["1.35.6", "1.35.6"]);

it.each<[string, string | undefined, string, Running | undefined]>([
  ["any release for a new cluster", undefined, "1.34.1", undefined],
  ["the same one", "1.35.6", "1.35.6", OLD],
  ["the next minor", "1.35.6", "1.36.3", OLD],
  ["the next minor, by the state alone", "1.35.6", "1.36.3", undefined],
  ["a later patch", "1.35.6", "1.35.8", OLD],
  ["an earlier patch", "1.35.6", "1.35.1", OLD],
  ["the rest of an upgrade of which one API server is done", "1.36.3", "1.36.3", BEGUN],
  ["the rest of one of which only workers are to come", "1.36.3", "1.36.3", HALF],
  ["another patch for the rest of it", "1.36.3", "1.36.4", HALF],
  ["a way back from one that no API server has had", "1.36.3", "1.35.6", OLD],
  ["1.36 beside the oldest kubelet that it takes", "1.35.6", "1.36.3", runs(["1.35.6"], ["1.35.6"], ["1.33.0"])],
  [
    "one more release for a control plane that workers have overtaken",
    undefined,
    "1.35.6",
    runs(["1.34.1"], ["1.36.3"]),
  ],
])("takes %s", (_what, noted, wanted, running) => {
  expect(refused(noted, wanted, running)).toBeUndefined();
});

it.each<[string, string | undefined, string, Running | undefined, RegExp[]]>([
  [
    "an earlier minor",
    "1.36.3",
    "1.35.6",
    runs(["1.36.3"]),
    [/cannot go back .* 1\.36\.3 \(control-plane-0\)\.\n {4}Set it to 1\.36\.3, or/],
  ],
  ["a way back once one API server is there", "1.36.3", "1.35.6", BEGUN, [/a later one: 1\.36\.3 \(control-plane-0\)/]],
  ["a way back where nobody knows", "1.36.3", "1.35.6", undefined, [/1\.36\.3 \(as the last update noted\)/]],
  [
    "a way back where one of the API servers has not said what it is",
    "1.36.3",
    "1.35.6",
    runs(["1.35.6", "1.35.6"], [], [], false),
    [/1\.36\.3 \(as the last update noted\)/],
  ],
  [
    "two minors",
    "1.34.10",
    "1.36.3",
    runs(["1.34.10"]),
    [/oldest API server is 1\.34\.10 .*\n {4}Set it to 1\.35\.6 first, and to 1\.36\.3 once/],
  ],
  [
    "two minors, with workers that have had the last upgrade",
    "1.36.3",
    "1.38.0",
    runs(["1.36.3"], ["1.36.3"]),
    [/oldest API server is 1\.36\.3/],
  ],
  ["two minors, by the state alone", "1.35.6", "1.37.2", undefined, [/Set it to 1\.36\.3 first/]],
  [
    "two minors of a cluster of an older version's",
    undefined,
    "1.36.3",
    runs(["1.34.1"]),
    [/Set it to 1\.35\.6 first/],
  ],
  [
    "the one after next, of which none is pinned",
    "1.38.0",
    "1.40.0",
    undefined,
    [/Set it to a release of 1\.39 first/],
  ],
  [
    "the next upgrade before API servers have had this one",
    "1.36.3",
    "1.37.2",
    BEGUN,
    [/oldest API server is 1\.35\.6/],
  ],
  [
    "the next upgrade before workers have had this one",
    "1.36.3",
    "1.37.2",
    HALF,
    [/has not ended, .* 1\.35\.6 \(worker-0, worker-1\)\.\n {4}Set it to 1\.36\.3 first/],
  ],
  [
    "one that leaves others' kubelets behind",
    "1.35.6",
    "1.36.3",
    runs(["1.35.6"], ["1.35.6"], ["1.32.1"]),
    [/not in the plan .* 1\.32\.1 \(stranger-0\)/],
  ],
  [
    "what is wrong in several ways, with all of them",
    "1.36.3",
    "1.38.0",
    runs(["1.36.3"], ["1.35.6", "1.36.0"], ["1.34.1"]),
    [/oldest API server/, /has not ended.*: kubelet 1\.35\.6 \(worker-0\)\./, /not in the plan/],
  ],
])("refuses %s", (_what, noted, wanted, running, said) => {
  const message = refused(noted, wanted, running)!;
  expect(message).toMatch(new RegExp(`^hostroute:kubernetesVersion ${wanted} cannot .*; nothing was touched\\.$`, "m"));
  expect(message.match(/^ {2}\S/gm)).toHaveLength(said.length);
  for (const each of said) expect(message).toMatch(each);
});

describe("where the only control-plane server stays as it is", () => {
  const one = runs(["1.35.6"], ["1.35.6"]);
  const stays = { controlPlaneStays: true };

  it("refuses workers newer than it, however much, and says what leads there", () => {
    for (const wanted of ["1.36.3", "1.37.2"]) {
      const message = refused("1.35.6", wanted, one, stays)!;
      expect(message).toMatch(/stays as it is, 1\.35\.6 \(control-plane-0\): workers of \S+ would have kubelets newer/);
      expect(message).toMatch(/three control-plane nodes first \(hostroute:controlPlane\.count\)\.$/);
      expect(message.match(/^ {2}\S/gm)).toHaveLength(1);
    }
  });

  it("takes patches, a cluster without workers, and workers that go back to its release", () => {
    expect(refused("1.35.6", "1.35.8", one, stays)).toBeUndefined();
    expect(refused("1.35.6", "1.36.3", runs(["1.35.6"]), { ...stays, hasWorkers: false })).toBeUndefined();
    expect(refused("1.36.3", "1.35.6", runs(["1.35.6"], ["1.36.3"]), stays)).toBeUndefined();
  });
});

it("takes from the configuration whether the control plane stays, and who is in the plan", () => {
  const three = specOf({ controlPlane: { count: 3 }, workerPools: [{ name: "worker", count: 2 }] });
  const found = {
    ...HALF,
    kubelets: [
      { name: "dev-worker-1", version: "v1.36.3" },
      { name: "x", version: "v1.36.3" },
    ],
  };
  expect(upgradeOf(three, found)).toMatchObject({ controlPlaneStays: false, hasWorkers: true, ours: ["dev-worker-1"] });
  expect(upgradeOf(three).pinned).toEqual(releaseSets.map(({ kubernetes }) => kubernetes));
  expect(upgradeOf(specOf({ workerPools: [] }))).toMatchObject({
    controlPlaneStays: true,
    hasWorkers: false,
    ours: [],
  });
  const external = { kind: "external", host: "api.example.org" } as const;
  const era = specOf({ ...DOCUMENTED_ERA, controlPlane: { count: 3 }, apiEndpoint: external });
  expect(upgradeOf(era).controlPlaneStays).toBe(true);
});

it("has a way to every later release that never leads back, whatever has been killed on it", () => {
  const minors = fc.integer({ min: 30, max: 36 });
  fc.assert(
    fc.property(minors, fc.boolean(), fc.integer({ min: 0, max: 3 }), minors, (from, begun, done, target) => {
      const to = from + (begun ? 1 : 0);
      let servers = [0, 1, 2].map((n) => (n < done ? to : from));
      let kubelets = [from, from];
      let noted = to;
      fc.pre(target >= noted);
      // Every step is the one that the message names, or the goal.
      for (let step = 0, goal = target; ; step++) {
        expect(step).toBeLessThan(20);
        const running = runs(
          servers.map((n) => `1.${n}.1`),
          kubelets.map((n) => `1.${n}.1`),
        );
        const message = refused(`1.${noted}.1`, `1.${goal}.1`, running, { pinned: [] });
        if (message !== undefined) {
          const named = Number(/Set it to a release of 1\.(\d+) first/.exec(message)![1]);
          expect(named).toBeLessThan(goal);
          goal = named;
          continue;
        }
        expect(goal - Math.min(...servers)).toBeLessThan(2);
        expect(goal).toBeGreaterThanOrEqual(Math.max(...servers));
        [servers, kubelets, noted] = [servers.map(() => goal), kubelets.map(() => goal), goal];
        if (goal === target) return;
        goal = target;
      }
    }),
  );
});
