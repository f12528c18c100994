import * as fs from "node:fs";
import { describeEtcd, EtcdNode, EtcdNodes, Member, until } from "./nodes";
import { Writer } from "./writer";

describeEtcd("three members of etcd", () => {
  let nodes: EtcdNodes;
  let a: EtcdNode, b: EtcdNode, c: EtcdNode;
  beforeAll(() => {
    nodes = new EtcdNodes(3);
    [a, b, c] = nodes.all as [EtcdNode, EtcdNode, EtcdNode];
  });
  afterAll(() => nodes?.end());
  beforeEach(() => nodes.all.forEach((node) => (node.log = "")));
  const start = (node: EtcdNode) => node.start(a, b, c);

  it("begin no cluster before all have said that they have no data", async () => {
    start(a);
    start(b);
    await a.says("cp-2 does not say that it has no data");
    await b.says("waiting: no other member answers for a majority (cp-0: ");
    expect(fs.existsSync(a.path("data/member"))).toBe(false);
  });

  it("are one cluster then, whose others have joined the first one", async () => {
    start(c);
    await nodes.voters(a, b, c);
    await a.says("none of cp-0, cp-1, cp-2 has data: a new cluster begins here");
    for (const node of [b, c]) await node.says(/joining as learner \w+\n(.*\n)*promoted to a voter/);
  });

  it("replace the first one without its disk, and keep what was acknowledged", async () => {
    const node = a;
    const before = await nodes.ids();
    const writer = new Writer(nodes, [a, b, c]);
    await writer.acknowledges(5);
    await node.stop();
    node.loseData();
    await writer.acknowledges(5);
    start(node);
    await node.says("promoted to a voter");
    await nodes.voters(a, b, c);
    const after = await nodes.ids();
    await writer.acknowledges(5);
    expect(await writer.lost(node)).toEqual([]);
    expect({ ...after, "cp-0": "" }).toEqual({ ...before, "cp-0": "" });
    expect(after["cp-0"]).not.toBe(before["cp-0"]);
  });

  it("start as they are while there is data", async () => {
    const before = await nodes.members();
    await b.stop();
    start(b);
    await until(
      async () => (await b.ask("maintenance/status", {})) !== undefined,
      () => b.log,
    );
    expect(await nodes.members()).toEqual(before);
    expect(b.log).toBe("");
  });

  it("go on after a power cut between joining and the first start", async () => {
    await b.stop();
    b.loseData();
    const etcd = b.program;
    b.program = nodes.never;
    start(b);
    await b.says("joining as learner");
    await b.stop();
    expect((await nodes.members()).filter(({ isLearner, name }) => isLearner && !name)).toHaveLength(1);
    b.program = etcd;
    start(b);
    // An id is made of URL and second, so at the first try it may be the removed one's.
    await b.says(/removed \w+, this node's old member\n(.*\n)*joining as learner \w+\n(.*\n)*promoted to a voter/);
    await nodes.voters(a, b, c);
  });

  it("go on after a power cut between leaving and joining; one learner at a time", async () => {
    const add = { peerURLs: ["https://127.0.0.1:1"], isLearner: true };
    let other: { member: Member } | undefined;
    // Refused within five seconds of the last change.
    await until(
      async () => (other = (await a.ask("cluster/member/add", add)) as typeof other) !== undefined,
      () => "no learner was added",
    );
    await b.stop();
    b.loseData();
    start(b);
    await b.says("removed");
    await b.says("waiting: etcdserver: too many learner members in cluster");
    await b.stop();
    expect((await nodes.ids())["cp-1"]).toBeUndefined();
    await a.ask("cluster/member/remove", { ID: other!.member.ID });
    b.log = "";
    start(b);
    await nodes.voters(a, b, c);
    expect(b.log).not.toContain("removed");
  });

  it("do not take files without a log for data, and keep them", async () => {
    await c.stop();
    c.loseData();
    fs.mkdirSync(c.path("data/member/snap"), { recursive: true });
    fs.writeFileSync(c.path("data/member/snap/db"), "left");
    start(c);
    await c.says("promoted to a voter");
    await c.says("has no write-ahead log: renamed to member.old");
    expect(fs.readFileSync(c.path("data/member.old/snap/db"), "utf8")).toBe("left");
  });
});
