import * as fs from "node:fs";
import { base64, describeEtcd, EtcdNode, EtcdNodes, pause, until } from "./nodes";

describeEtcd("three members of etcd without a majority", () => {
  let nodes: EtcdNodes;
  let a: EtcdNode, b: EtcdNode, c: EtcdNode, d: EtcdNode;
  const start = (node: EtcdNode) => node.start(a, b, c);
  /**
   * Has a member's log say that all there is until now is committed. For a moment after its promotion it does not, and --force-new-cluster
   * drops what is not: the member would be a learner alone. The first write is noted, at the latest, before the second is answered.
   */
  const knowsWhatIsCommitted = async (node: EtcdNode) => {
    for (const key of ["one", "two"].map(base64))
      await until(
        async () => (await node.ask("kv/put", { key, value: key })) !== undefined,
        () => node.log,
      );
  };
  beforeAll(async () => {
    nodes = new EtcdNodes(4);
    [a, b, c, d] = nodes.all as [EtcdNode, EtcdNode, EtcdNode, EtcdNode];
    [a, b, c].forEach(start);
    await nodes.voters(a, b, c);
  });
  afterAll(() => nodes?.end());
  beforeEach(() => nodes.all.forEach((node) => (node.log = "")));

  it("change nothing while a majority is missing, and go on once it is there", async () => {
    const before = await nodes.ids();
    await b.stop();
    await c.stop();
    c.loseData();
    start(c);
    await c.says("waiting: no other member answers for a majority (cp-0: ");
    await pause(3_000);
    start(b);
    await c.says("promoted to a voter");
    await nodes.voters(a, b, c);
    const after = await nodes.ids();
    expect([after["cp-0"], after["cp-1"]]).toEqual([before["cp-0"], before["cp-1"]]);
  });

  it("join none where there are two clusters", async () => {
    await c.stop();
    c.loseData();
    c.startAlone();
    await until(
      async () => (await c.ask("maintenance/status", {})) !== undefined,
      () => "cp-2 does not run alone",
    );
    d.start(a, b, c, d);
    await d.says("waiting: there is more than one cluster: ");
    expect(await nodes.members()).toHaveLength(3);
    expect((await c.ask("cluster/member/list", {}))?.members).toHaveLength(1);
    await Promise.all([c.stop(), d.stop()]);
    c.loseData();
    start(c);
    await c.says("promoted to a voter");
    await knowsWhatIsCommitted(c);
  });

  it("never begin a second cluster, not even where the first member is alone with no data", async () => {
    await Promise.all(nodes.all.map((node) => node.stop()));
    a.loseData();
    b.loseData();
    start(a);
    await a.says("no new cluster: cp-1 does not say that it has no data");
    start(b);
    await a.says("no new cluster: cp-2 does not say that it has no data");
    start(c);
    await a.says(/no new cluster: cp-2 does not say that it has no data \(404 /);
    await pause(3_000);
    expect(fs.existsSync(a.path("data/member"))).toBe(false);
  });

  it("go on from one member's data where the operator says so, and only once", async () => {
    const word = c.path("data/force-new-cluster");
    fs.writeFileSync(word, "");
    await c.stop();
    start(c);
    await c.says("the operator's word: cp-2 goes on as the only member");
    await nodes.voters(a, b, c);
    expect(fs.existsSync(word)).toBe(false);
    const before = await nodes.ids();
    await c.stop();
    start(c);
    await until(
      async () => (await c.ask("maintenance/status", {})) !== undefined,
      () => c.log,
    );
    expect(await nodes.ids()).toEqual(before);
  });
});
