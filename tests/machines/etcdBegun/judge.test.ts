import { judge, MemberServer } from "../../../components/machines/etcdBegun/judge";

const [first, ...others] = ["dev-control-plane-0", "dev-control-plane-1", "dev-control-plane-2"] as const;
const THREE = { first, nodes: [first, ...others] };
const server = (name: string, id = `${name}-old`, hasRun = true): MemberServer => ({ id, name, hasRun });
const OLD = THREE.nodes.map((name) => server(name));
const IDS = OLD.map(({ id }) => id);
const BEGUN = { first, begun: true };

it.each<[string, MemberServer[], boolean]>([
  ["its first server has run", OLD, true],
  ["others have", OLD.slice(1), false],
  ["its first server never came up", [server(first, "new", false)], false],
])("says of a stack without a restore whether etcd has begun: %s", (_where, servers, begun) => {
  expect(judge(BEGUN, THREE, servers)).toEqual({ state: { first, begun, restores: 0, abandoned: [] } });
});

it("begins a new stack with a snapshot, and leaves nobody behind", () => {
  const state = { first, begun: false, restoreFrom: "latest", restores: 1, abandoned: [] };
  expect(judge({}, { ...THREE, restoreFrom: "latest" }, [])).toEqual({ state });
});

describe("a restore of a cluster that has begun", () => {
  const wanted = { ...THREE, restoreFrom: "latest" };
  const asked = { first, begun: false, restoreFrom: "latest", restores: 1, abandoned: IDS };

  it("leaves all servers behind, whichever are there", () => {
    expect(judge(BEGUN, wanted, OLD)).toEqual({ state: asked });
    expect(judge(BEGUN, wanted, OLD.slice(1)).state.abandoned).toEqual(IDS.slice(1));
    const lost = judge(BEGUN, { ...wanted, last: IDS }, OLD.slice(0, 1));
    expect(lost.state.abandoned).toEqual(IDS);
    expect(judge(lost.state, { ...wanted, last: ["new"] }, []).state.abandoned).toEqual(IDS);
  });

  it("goes on where an update was cut short, and is over once the first server is a new one that has run", () => {
    expect(judge(asked, wanted, OLD)).toEqual({ state: asked });
    expect(judge(asked, wanted, [server(first, "new", false), ...OLD.slice(1)])).toEqual({ state: asked });
    expect(judge(asked, wanted, [server(first, "new"), ...OLD.slice(1)])).toEqual({ state: { ...asked, begun: true } });
  });

  it("is not done a second time for the same word, nor when that goes", () => {
    const done = { ...asked, begun: true };
    const servers = THREE.nodes.map((name) => server(name, `${name}-new`));
    expect(judge(done, wanted, servers)).toEqual({ state: done });
    const { restoreFrom, ...kept } = done;
    expect(restoreFrom).toBe("latest");
    expect(judge(done, THREE, servers)).toEqual({ state: kept });
    expect(judge(kept, wanted, servers).state).toMatchObject({ restores: 2, begun: false });
    expect(judge(done, { ...wanted, restoreFrom: "x.db" }, servers).state).toMatchObject({ restores: 2, begun: false });
  });
});

it("is refused of an only server that is there, with the way out", () => {
  const one = { first, nodes: [first], restoreFrom: "latest" };
  expect(judge(BEGUN, one, OLD.slice(0, 1)).refusal).toMatch(
    /^hostroute:snapshots.restoreFrom: dev-control-plane-0 is the only .*\n.*openstack server delete dev-control-plane-0/,
  );
  expect(judge(BEGUN, one, [])).toMatchObject({ state: { begun: false, restores: 1 } });
  expect(judge(BEGUN, one, []).refusal).toBeUndefined();
});
