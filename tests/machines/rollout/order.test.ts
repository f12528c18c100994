import * as fc from "fast-check";
import { Order, places, predecessors, turnsIn } from "../../../components/machines/rollout/order";

const of = (names: string, maxUnavailable: number, existing: string) =>
  Object.fromEntries(predecessors({ names: [...names], maxUnavailable }, new Set(existing)));

it.each<[string, string, number, string, Record<string, string[]>]>([
  ["a new cluster: nobody waits", "abc", 1, "", {}],
  ["all there: one after the other", "abc", 1, "abc", { a: [], b: ["a"], c: ["b"] }],
  ["two at a time", "abcd", 2, "abcd", { a: [], b: [], c: ["a"], d: ["b"] }],
  ["more at a time than there are", "ab", 9, "ab", { a: [], b: [] }],
  ["scaling out: the new one first, and at once", "abc", 1, "ab", { a: ["c"], b: ["a"] }],
  ["one that was lost: it first, and at once", "abc", 1, "ac", { a: ["b"], c: ["a"] }],
  ["strangers do not count", "ab", 1, "abx", { a: [], b: ["a"] }],
  ["no workers", "", 1, "ab", {}],
])("%s", (_name, names, maxUnavailable, existing, expected) => {
  expect(of(names, maxUnavailable, existing)).toEqual(expected);
});

it("never has more than maxUnavailable of those that exist under way, begins none before all that are missing are there, and ends", () => {
  const someOf = (names: string[]) => fc.subarray(names);
  const cases = fc
    .integer({ min: 0, max: 12 })
    .map((count) => Array.from({ length: count }, (_, i) => `n${i}`))
    .chain((names) =>
      fc.tuple(fc.constant(names), someOf(names), fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.nat())),
    );
  fc.assert(
    fc.property(cases, ([names, existing, maxUnavailable, choices]) => {
      const waits = predecessors({ names, maxUnavailable }, new Set(existing));
      const missing = names.filter((name) => !existing.includes(name));
      const done = new Set<string>();
      const under = new Set(names.filter((name) => !waits.has(name)));
      expect([...under]).toEqual(missing);
      while (done.size < names.length) {
        for (const [name, before] of waits)
          if (!done.has(name) && before.every((each) => done.has(each))) under.add(name);
        const replaced = [...under].filter((name) => existing.includes(name));
        expect(replaced.length).toBeLessThanOrEqual(maxUnavailable);
        if (replaced.length > 0) expect(missing.filter((name) => !done.has(name))).toEqual([]);
        const next = [...under][choices.next().value! % under.size];
        expect(next).toBeDefined();
        under.delete(next!);
        done.add(next!);
      }
    }),
  );
});

it.each<[string, string, number, string, Record<string, string>]>([
  ["no more than there may be", "abc", 3, "", {}],
  ["a new cluster: in the plan's order", "abcde", 2, "", { c: "a", d: "b", e: "c" }],
  ["what exists comes last", "abcde", 2, "abd", { a: "c", b: "e", d: "a" }],
])("has a place for %s", (_name, names, most, existing, expected) => {
  expect(Object.fromEntries(places({ names: [...names] }, new Set(existing), most))).toEqual(expected);
});

it("never has more registered than may be, each with a turn that comes", () => {
  const names = Array.from({ length: 12 }, (_, i) => `n${i}`);
  const most = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(fc.subarray(names), most, most, fc.infiniteStream(fc.nat()), (there, maxUnavailable, size, choices) => {
      const existing = new Set(there);
      const waits = predecessors({ names, maxUnavailable }, existing);
      const place = places({ names }, existing, size);
      // A place is free when a node has its server, and a turn comes when others are in service, which is later.
      const [served, done] = [new Set<string>(), new Set<string>()];
      while (done.size < names.length) {
        const registered = names.filter(
          (name) => !served.has(name) && (!place.has(name) || served.has(place.get(name)!)),
        );
        expect(registered.length).toBeLessThanOrEqual(size);
        const mayGo = registered.filter((name) => (waits.get(name) ?? []).every((each) => done.has(each)));
        const steps = [
          ...mayGo.map((name) => () => served.add(name)),
          ...[...served].filter((name) => !done.has(name)).map((name) => () => done.add(name)),
        ];
        const next = steps[choices.next().value! % steps.length];
        expect(next).toBeDefined();
        next!();
      }
    }),
  );
});

/** A control plane of three and a pool of two, one after the other; `-x` stands for "leaves first". */
const ORDER: Order = {
  controlPlane: { names: [..."abc"], maxUnavailable: 1 },
  pools: [
    { names: [..."xy"], maxUnavailable: 1 },
    { names: ["z"], maxUnavailable: 1 },
  ],
};
const turns = (existing: string) =>
  [...turnsIn(ORDER, new Set(existing))].map(
    ([name, { inService, departed }]) => `${name}: ${inService.join("")}${departed ? " departed" : ""}`,
  );

it.each<[string, string, string[]]>([
  ["a new cluster: nobody waits", "", []],
  [
    "all there: the control plane one by one, then the pools",
    "abcxyz",
    ["a: ", "b: a", "c: b", "x: abc departed", "y: abcx departed", "z: abc departed"],
  ],
  [
    "new workers wait for the control plane, and for nothing else",
    "abc",
    ["a: ", "b: a", "c: b", "x: abc", "y: abc", "z: abc"],
  ],
  [
    "more members: those first, then the one that was there",
    "axyz",
    ["a: bc", "x: abc departed", "y: abcx departed", "z: abc departed"],
  ],
  ["a control plane that is lost holds nobody up", "xyz", ["x:  departed", "y: x departed", "z:  departed"]],
])("%s", (_name, existing, expected) => {
  expect(turns(existing)).toEqual(expected);
});

it("gives no worker its turn before all of a control plane that is there", () => {
  fc.assert(
    fc.property(fc.subarray([..."abcxyz"]), (existing) => {
      const found = turnsIn(ORDER, new Set(existing));
      const runs = [..."abc"].some((name) => existing.includes(name));
      for (const name of "xyz")
        expect([..."abc"].every((member) => found.get(name)?.inService.includes(member) ?? false)).toBe(runs);
    }),
  );
});
