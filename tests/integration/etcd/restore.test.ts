import { base64, EtcdNode, until } from "./nodes";
import { describeRestore, Restoring } from "./restoring";
import { fill, keys } from "./snapshots";

describeRestore("a new cluster of etcd", (begun) => {
  let given: Restoring;
  let a: EtcdNode, b: EtcdNode, c: EtcdNode;
  beforeEach(() => {
    given = begun();
    [a, b, c] = given.all;
  });
  const store = () => given.snapshots.store;

  it("of one begins with the last snapshot, or with one by its name, and keeps its data after that", async () => {
    given.snapshots.restores(a);
    a.startAlone();
    await given.hasAll(a);
    expect(a.log).toBe(`restored ${given.taken.name}: what was written after ${given.taken.time} is lost\n`);
    // Whoever watches from before reads anew.
    const read = (at: number) => a.ask("kv/range", { key: base64("key 1"), revision: at });
    expect(await read(given.taken.revision)).toBeUndefined();
    expect(await read(await given.revision(a))).toBeDefined();

    await fill(a, 30);
    await a.stop();
    a.log = "";
    a.startAlone();
    await until(
      async () => (await keys(a)) === 30,
      () => a.log,
    );
    expect(a.log).toBe("");

    await a.stop();
    a.loseData();
    store().objects.delete("prod/latest");
    given.snapshots.restores(a, given.taken.name);
    a.startAlone();
    await given.hasAll(a);
  });

  it("of three begins with it on the first, and the others join that", async () => {
    for (const node of given.nodes.all) given.snapshots.restores(node);
    for (const node of given.nodes.all) node.start(a, b, c);
    await given.nodes.voters(a, b, c);
    for (const node of given.nodes.all) await given.hasAll(node);
    await a.says(/none of cp-0, cp-1, cp-2 has data: a new cluster begins here\n(.*\n)*restored 20/);
    for (const node of [b, c]) {
      await node.says(/joining as learner \w+\n(.*\n)*promoted to a voter/);
      expect(node.log).not.toContain("restored");
    }
    expect(store().log).toEqual(["GET prod/latest 200", `GET prod/${given.taken.name} 200`]);

    // The first one is replaced, and what has been written since is not undone.
    await fill(b, 25);
    await a.stop();
    a.loseData();
    a.log = "";
    a.start(a, b, c);
    await a.says("promoted to a voter");
    expect(await keys(a)).toBe(25);
    expect(a.log).not.toContain("restored");
  });

  const DIES = "kill -9 $PPID; exit 1";
  it.each([
    ["before it is made into data", DIES],
    ["when half of that is there", `$real "$@" >/dev/null 2>&1; rm -r "$5"/member/wal; ${DIES}`],
    ["when all of it is there, beside", `$real "$@" >/dev/null 2>&1; ${DIES}`],
  ])("begins anew after a power cut %s", async (_when, script) => {
    given.snapshots.break("etcdutl", script);
    given.snapshots.restores(a);
    a.startAlone();
    await until(
      () => store().log.filter((line) => line === `GET ${given.object} 200`).length > 1,
      () => `${a.log}${store().log.join("\n")}`,
    );
    await a.stop();
    given.hasNone(a);
    expect(a.log).toBe("");
    given.snapshots.mend("etcdutl");
    a.startAlone();
    await given.hasAll(a);
  });

  it("begins anew after a power cut in the middle of the transfer", async () => {
    const reached = new Promise<void>((resolve) => (store().onSilence = resolve));
    store().fault = (_, of) => (of === given.object ? "silent" : undefined);
    given.snapshots.restores(a);
    a.startAlone();
    await reached;
    await a.stop();
    given.hasNone(a);
    store().fault = () => undefined;
    a.startAlone();
    await given.hasAll(a);
  });

  it("of three goes on after a power cut between the restore and the first one's start", async () => {
    given.snapshots.break("etcd", "exec sleep 1000");
    for (const node of given.nodes.all) given.snapshots.restores(node);
    for (const node of given.nodes.all) node.start(a, b, c);
    await a.says("restored 20");
    await a.stop();
    given.snapshots.mend("etcd");
    a.log = "";
    a.start(a, b, c);
    await given.nodes.voters(a, b, c);
    for (const node of given.nodes.all) await given.hasAll(node);
    expect(a.log).not.toContain("restored");
  });
});
