import { ConfigMap } from "./configMap";
import { describeEtcd, EtcdNode, EtcdNodes, Member, until } from "./nodes";
import { Writer } from "./writer";

describeEtcd("etcd's members, as the stack wants them", () => {
  let nodes: EtcdNodes;
  let api: ConfigMap;
  let [a, b, c] = [] as unknown as [EtcdNode, EtcdNode, EtcdNode];
  beforeAll(async () => {
    nodes = new EtcdNodes(3, { apiserver: "ca", "controller-manager": "ca" });
    [a, b, c] = nodes.all as [EtcdNode, EtcdNode, EtcdNode];
    api = new ConfigMap(a);
    await api.start();
    nodes.all.forEach((node) => node.start(a, b, c));
    await nodes.voters(a, b, c);
  });
  afterAll(async () => {
    await nodes?.end();
    await api?.stop();
  });

  const hex = (id: string) => BigInt(id).toString(16);
  /** What is reported of voters that answer. */
  const voters = async (...wanted: EtcdNode[]) => {
    const ids = await nodes.ids();
    // One node has an API server.
    const release = (node: EtcdNode) => (node === a && api.ready ? "v1.34.1" : "-");
    return wanted.map((node) => `${node.address}=${hex(ids[node.name]!)}=voter=${release(node)}`).join(" ");
  };
  /** As the stack writes it. */
  const leaving = async (...names: EtcdNode[]) => {
    const ids = await nodes.ids();
    return names.map(({ name }) => ` ${hex(ids[name]!)}`).join("");
  };
  /** Has a node report until the stack reads this. */
  const reads = (by: EtcdNode, members: () => Promise<string>) =>
    until(
      async () => {
        await by.report(a, b, c);
        return api.data?.members === (await members());
      },
      () => JSON.stringify(api.data),
    );

  it("are nobody's business while the stack has not asked, or there is no API", async () => {
    expect(await a.report(a, b, c)).toEqual([0, ""]);
    expect(await b.report(b, c)).toEqual([0, ""]);
  });

  it("are reported once for each question", async () => {
    const members = await voters(a, b, c);
    api.data = { asked: "1", leaving: "" };
    expect(await b.report(a, b, c)).toEqual([0, `members: ${members}\n`]);
    expect(api.data).toEqual({ asked: "1", leaving: "", members, seen: "1", waiting: "" });
    expect(await a.report(a, b, c)).toEqual([0, ""]);
    expect(api.patches).toEqual(["application/merge-patch+json"]);
  });

  it("are told of with the release of their API server only as long as that is ready", async () => {
    api.ready = false;
    await reads(b, () => voters(a, b, c));
    expect(api.data!.members).not.toContain("v1.34.1");
    api.ready = true;
    await reads(c, () => voters(a, b, c));
    expect(api.data!.members).toContain("=voter=v1.34.1 ");
    api.patches.length = 0;
  });

  it("do not leave where the others would be no majority, which is said", async () => {
    const members = await voters(a, b, c);
    api.data = { asked: "2", leaving: await leaving(c) };
    await b.stop();
    expect((await a.report(a, b, c))[0]).toBe(0);
    expect(api.data).toMatchObject({
      members: members.replace(/(=\w+=)voter=- (\S+)$/, "$1silent=- $2"),
      seen: "2",
      waiting: expect.stringMatching(
        /^1 of 2 other voters are healthy, too few to remove \w+, [\d.]+, which is to leave$/,
      ) as string,
    });
    expect(await nodes.members()).toHaveLength(3);
    b.start(a, b, c);
    await until(
      async () => (await b.ask("maintenance/status", {})) !== undefined,
      () => "cp-1 is not back",
    );
  });

  it("leave, even by themselves, and nothing is lost", async () => {
    const writer = new Writer(nodes, [a, b]);
    await writer.acknowledges(5);
    await reads(c, () => voters(a, b));
    await writer.acknowledges(5);
    expect(api.data).toMatchObject({ seen: "2", waiting: "" });
    expect(await writer.lost(a)).toEqual([]);
    // Whose member has left has nothing to answer from: its etcd, or the others once that has ended, say so.
    const stops =
      "systemctl is-active --quiet kube-apiserver.service\nthis node's member has been removed: its API server stops\n";
    expect((await c.report(a, b, c))[1]).toContain(`${stops}systemctl stop --no-block kube-apiserver.service\n`);
    await c.stop();
    expect((await c.report(a, b, c))[1]).toContain(`${stops}systemctl stop --no-block kube-apiserver.service\n`);
    for (const node of [a, b]) expect((await node.report(a, b, c))[1]).not.toContain("systemctl");
  });

  it("come back on new disks, whatever is left of the old order", async () => {
    c.loseData();
    // Not a member, and never was one as far as its disk knows: it is about to join.
    expect((await c.report(a, b, c))[1]).not.toContain("systemctl");
    c.start(a, b, c);
    await nodes.voters(a, b, c);
    await reads(b, () => voters(a, b, c));
  });

  it("include a learner that has never started, until it is told to leave", async () => {
    const add = { peerURLs: ["https://127.0.0.1:1"], isLearner: true };
    let added: { member: Member } | undefined;
    await until(
      async () => (added = (await a.ask("cluster/member/add", add)) as typeof added) !== undefined,
      () => "no learner was added",
    );
    const id = hex(added!.member.ID);
    await b.report(a, b, c);
    expect(api.data?.members).toContain(`127.0.0.1=${id}=learner=-`);
    api.data = { ...api.data, leaving: id };
    expect(await b.report(a, b, c)).toEqual([
      0,
      expect.stringContaining(`removed ${id}, 127.0.0.1, which is to leave`),
    ]);
    await nodes.voters(a, b, c);
  });

  it("are one again where that is wanted", async () => {
    api.data = { asked: "3", leaving: await leaving(b, c) };
    await reads(b, () => voters(a));
    await Promise.all([b, c].map((node) => node.stop()));
    await nodes.voters(a);
    expect(await a.ask("kv/put", { key: "AA==", value: "AA==" })).toBeDefined();
  });
});
