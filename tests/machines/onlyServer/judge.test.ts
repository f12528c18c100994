import { judge, OnlyServerArgs, OnlyServerState } from "../../../components/machines/onlyServer/judge";
import { Subjects } from "../../../components/machines/onlyServer/subjects";

const OLD: Subjects = {
  ...{ image: "1", sshPublicKey: "2", availabilityZones: "3" },
  ...{ programs: "4", flags: "5", extraFiles: "6", otherFiles: "7" },
};
const NEW: Subjects = { ...OLD, flags: "5b" };
const ARGS: OnlyServerArgs = { node: "dev-control-plane-0", wanted: OLD, alone: true, keep: false, handsOver: false };
const BEFORE: OnlyServerState = { made: OLD, next: OLD, server: "s0", last: "s0" };
const of = (before: OnlyServerState | undefined, args: Partial<OnlyServerArgs>, servers: string[] = ["s0"]) =>
  judge(
    before,
    { ...ARGS, ...args },
    servers.map((id) => ({ id, hasRun: !id.startsWith("never") })),
  );

it("only notes what a new stack's server is made with, and what one of an older version may have been", () => {
  expect(of(undefined, { wanted: NEW })).toEqual({ state: { made: NEW, next: NEW } });
});

it("lets everything pass that needs no new server", () => {
  expect(of(BEFORE, {})).toEqual({ state: BEFORE });
});

it.each<[keyof Subjects, string]>([
  ["image", "hostroute:controlPlane.image, rootVolume"],
  ["sshPublicKey", "hostroute:sshPublicKey"],
  ["availabilityZones", "hostroute:controlPlane.availabilityZones"],
  ["programs", "hostroute:kubernetesVersion, artifacts"],
  ["flags", "flags of its programs"],
  ["extraFiles", "hostroute:controlPlane.extraFiles"],
  ["otherFiles", "another version of this program"],
])("refuses a change of %s, and says what it is and the ways out", (subject, words) => {
  const { refusal = "" } = of(BEFORE, { wanted: { ...OLD, [subject]: "other" } });
  expect(refusal).toMatch(/^dev-control-plane-0 is the only control-plane server, .*nothing was touched\.$/m);
  expect(refusal.match(/^ {2}- .*$/gm)).toEqual([
    expect.stringContaining(words),
    expect.stringContaining("hostroute:snapshots.container"),
    expect.stringContaining("hostroute:controlPlane.count: 3"),
    expect.stringContaining("hostroute:controlPlane.keepServer: true"),
    "  - Set back what was changed.",
  ]);
});

it("keeps it on the operator's word, and does not forget what it was made with", () => {
  const kept = of(BEFORE, { wanted: NEW, keep: true });
  expect(kept).toEqual({ state: { ...BEFORE, next: NEW } });
  expect(of(kept.state, { wanted: NEW }).refusal).toContain("flags");
  expect(of(kept.state, { wanted: OLD })).toEqual({ state: BEFORE });
});

it("refuses nothing of several, which are replaced, nor where there is no server to lose", () => {
  expect(of(BEFORE, { wanted: NEW, alone: false })).toEqual({ state: { ...BEFORE, next: NEW } });
  expect(of(BEFORE, { wanted: NEW }, [])).toEqual({ state: { ...BEFORE, next: NEW } });
});

describe("of several, down to one", () => {
  const { state } = of(BEFORE, { wanted: NEW, alone: false });

  it("knows that the server was replaced, by its new id", () => {
    expect(of(state, { wanted: NEW }, ["s1"])).toEqual({ state: { made: NEW, next: NEW, server: "s1", last: "s1" } });
    expect(of(state, { wanted: OLD }, ["s1"]).refusal).toContain("flags");
  });

  it("knows that it was not, because that update failed before its turn", () => {
    expect(of(state, { wanted: NEW }).refusal).toContain("flags");
    expect(of(state, { wanted: OLD }).refusal).toBeUndefined();
  });

  it("counts no strangers of its name", () => {
    expect(of(state, { wanted: OLD }, ["s0", "stranger"])).toEqual({ state: BEFORE });
  });
});

describe("with snapshots", () => {
  const handing = (before: OnlyServerState, args: Partial<OnlyServerArgs>, servers?: string[]) =>
    of(before, { handsOver: true, ...args }, servers);
  const asked = { ...BEFORE, next: NEW, handOver: "s0", handOvers: 1 };

  it("has the server hand over where it would be refused without, and nowhere else", () => {
    expect(handing(BEFORE, { wanted: NEW })).toEqual({ state: asked });
    expect(handing(BEFORE, {})).toEqual({ state: BEFORE });
    expect(handing(BEFORE, { wanted: NEW, keep: true })).toEqual({ state: { ...BEFORE, next: NEW } });
    expect(handing(BEFORE, { wanted: NEW, alone: false })).toEqual({ state: { ...BEFORE, next: NEW } });
    expect(handing(BEFORE, { wanted: NEW }, ["s0", "stranger"]).refusal).toContain("flags");
  });

  it("asks again, by another word, as long as the server is there, whatever was set back", () => {
    expect(handing(asked, { wanted: NEW })).toEqual({ state: { ...asked, handOvers: 2 } });
    expect(handing(asked, {}).state).toMatchObject({ handOver: "s0", handOvers: 2 });
    expect(of(asked, {}).state).toMatchObject({ handOver: "s0", handOvers: 2 });
  });

  it("is done with it once another server is there, and remembers the word", () => {
    const after = { made: NEW, next: NEW, server: "s1", last: "s1", handOvers: 1 };
    expect(handing(asked, { wanted: NEW }, ["s1"])).toEqual({ state: after });
    expect(handing(after, { wanted: OLD }, ["s1"]).state).toMatchObject({ handOver: "s1", handOvers: 2 });
  });

  it("knows who had the data where the new server never ran, or is missing", () => {
    expect(handing(asked, { wanted: NEW }, []).state).toEqual({ ...BEFORE, next: NEW, handOvers: 1 });
    const never = handing(asked, { wanted: NEW }, ["never-1"]).state;
    expect(never).toMatchObject({ server: "never-1", last: "s0", handOvers: 1 });
    expect(never.handOver).toBeUndefined();
  });
});
