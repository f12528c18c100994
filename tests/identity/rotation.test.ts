import { Rotation, rotationRefusal } from "../../components/identity/rotation";
import { FIRST, FIRST_OF_ALL, Generations, KeyGenerations } from "../../components/settings/generations";

const of = (known: number[], used: number): Generations => ({ known, used });
const encryption = (known: number[], used: number): KeyGenerations => ({
  authorities: FIRST,
  serviceAccount: FIRST,
  encryption: of(known, used),
});
const [ONE, BOTH, NEW, LAST] = [FIRST_OF_ALL, encryption([1, 2], 1), encryption([1, 2], 2), encryption([2], 2)];
const rotation = (ended?: KeyGenerations, more: Partial<Rotation> = {}): Rotation => ({
  controlPlaneStays: false,
  ...(ended ? { ended } : {}),
  ...more,
});
/** After an update that ended well. */
const after = (done: KeyGenerations, wanted: KeyGenerations, more: Partial<Rotation> = {}) =>
  rotationRefusal(done, wanted, rotation(done, more), true);

it.each<[string, KeyGenerations, KeyGenerations]>([
  ["nothing new", ONE, ONE],
  ["the first step", ONE, BOTH],
  ["the second", BOTH, NEW],
  ["the third", NEW, LAST],
  ["back from the first", BOTH, ONE],
  ["back from the second", NEW, BOTH],
  ["the same in another order", BOTH, encryption([2, 1], 1)],
  ["the next rotation, while the old key goes", NEW, encryption([2, 3], 2)],
])("takes %s", (_what, done, wanted) => {
  expect(after(done, wanted)).toBeUndefined();
});

const NOT_KNOWN =
  "generation 2 is not known to all nodes yet. First set known to [1, 2] and used to 1, and run pulumi up until it ends well.";
const IN_USE =
  "generation 1 may still be in use. First set known to [1, 2] and used to 2, and run pulumi up until it ends well.";

it.each<[string, KeyGenerations, KeyGenerations, string]>([
  ["what was never known", ONE, NEW, NOT_KNOWN],
  ["all three steps at once", ONE, LAST, NOT_KNOWN],
  ["the last two at once", BOTH, LAST, IN_USE],
  [
    "a key that has gone",
    LAST,
    encryption([1, 2], 2),
    "a generation that has gone does not come back, and a new one is higher than 2: not [1].",
  ],
])("refuses %s, and says what comes first", (_what, done, wanted, problem) => {
  const lines = after(done, wanted)!.split("\n");
  expect(lines[0]).toBe("Generations of keys cannot follow on what there is; nothing was touched.");
  expect(lines[1]).toMatch(/^ {2}hostroute:keys\.encryption is known \[.*, and nodes have known \[.*:$/);
  expect(lines.slice(2)).toEqual([`    ${problem}`]);
});

it("counts a step as taken when its update has ended well, and only then", () => {
  // The second step's update stopped halfway: some Secrets are still encrypted with the first key.
  const refused = rotationRefusal(NEW, LAST, rotation(BOTH), true)!;
  expect(refused).toContain("nodes have known [1, 2], used 2; or known [1, 2], used 1:");
  expect(refused).toContain(IN_USE);
  expect(rotationRefusal(NEW, NEW, rotation(BOTH), true)).toBeUndefined();
  // The first one's did: some nodes cannot read what the second key encrypts.
  expect(rotationRefusal(BOTH, NEW, rotation(ONE), true)).toContain(NOT_KNOWN);
  // Its way back is open.
  expect(rotationRefusal(BOTH, ONE, rotation(ONE), true)).toBeUndefined();
});

it("takes a stack of an earlier version for one with the first generation", () => {
  expect(rotationRefusal(undefined, BOTH, rotation(), true)).toBeUndefined();
  expect(rotationRefusal(undefined, NEW, rotation(), true)).toContain(NOT_KNOWN);
});

it("judges each key by itself, and says all in one message", () => {
  const wanted = { authorities: FIRST, serviceAccount: of([1, 2], 2), encryption: of([2], 2) };
  const said = after(ONE, wanted)!;
  expect(said.match(/^ {2}hostroute:keys\.\w+/gm)).toEqual([
    "  hostroute:keys.serviceAccount",
    "  hostroute:keys.encryption",
  ]);
  expect(after(ONE, { ...ONE, serviceAccount: of([1, 2], 1) })).toBeUndefined();
});

it("refuses every step whose keys an only server would never have", () => {
  expect(after(ONE, BOTH, { controlPlaneStays: true })).toContain("hostroute:snapshots.container");
  expect(after(ONE, ONE, { controlPlaneStays: true })).toBeUndefined();
});

it("lets a new stack begin with any, but with those that it is given", () => {
  const start = (wanted: KeyGenerations, given?: Rotation["given"]) =>
    rotationRefusal(undefined, wanted, rotation(undefined, { given }), false);
  expect(start(LAST)).toBeUndefined();
  expect(start(LAST, { authorities: [1], serviceAccount: [1], encryption: [2] })).toBeUndefined();
  expect(start(NEW, { authorities: [1], serviceAccount: [1], encryption: [2, 1] })).toBeUndefined();
  expect(
    start(ONE, { authorities: [1], serviceAccount: [1], encryption: [1, 2] })!
      .split("\n")
      .slice(1),
  ).toEqual([
    "  hostroute:keys.encryption is known [1], used 1:",
    "    hostroute:recovery has keys of generations [1, 2]. Set known to those.",
  ]);
  // The keys stay in its state, and may still stand in its configuration.
  expect(
    after(NEW, encryption([2, 3], 2), { given: { authorities: [1], serviceAccount: [1], encryption: [1, 2] } }),
  ).toBeUndefined();
});

describe("the authorities", () => {
  const authorities = (known: number[], used: number): KeyGenerations => ({ ...ONE, authorities: of(known, used) });

  it("are rotated as all others, and also where the only server stays as it is", () => {
    const steps = [ONE, authorities([1, 2], 1), authorities([1, 2], 2), authorities([2], 2), authorities([2, 3], 2)];
    for (const controlPlaneStays of [true, false])
      for (const [i, wanted] of steps.slice(1).entries())
        expect(after(steps[i]!, wanted, { controlPlaneStays })).toBeUndefined();
    expect(after(authorities([1, 2], 2), authorities([1, 2], 1))).toBeUndefined();
    expect(after(ONE, authorities([1, 2], 2))).toContain(NOT_KNOWN);
  });

  it("have no way back to before the first step: nodes would go on trusting the new one", () => {
    expect(after(authorities([1, 2], 1), ONE)).toContain("authorities have no way back: leave 2 among known.");
  });
});
