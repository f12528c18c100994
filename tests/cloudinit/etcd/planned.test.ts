import { ConfigMap, plannedOf } from "./configMap";
import { describeEtcd, EtcdNode, EtcdNodes, Member, until } from "./nodes";
import { Writer } from "./writer";

describeEtcd("etcd's members as the stack plans them", () => {
  let nodes: EtcdNodes;
  let api: ConfigMap;
  type Five = [EtcdNode, EtcdNode, EtcdNode, EtcdNode, EtcdNode];
  let [a, b, c, d, e] = [] as unknown as Five;
  beforeAll(async () => {
    nodes = new EtcdNodes(5);
    [a, b, c, d, e] = nodes.all as Five;
    api = new ConfigMap(a);
    await api.start();
    nodes.all.forEach((node) => node.start(...nodes.all));
    await nodes.voters(...nodes.all);
  });
  afterAll(async () => {
    await nodes?.end();
    await api?.stop();
  });
  const all = "cp-0, cp-1, cp-2, cp-3, cp-4";

  it("are left alone while there is no plan, or no API", async () => {
    expect(await a.plan(...nodes.all)).toEqual([0, ""]);
    expect(await b.plan(b, c)).toEqual([0, ""]);
  });

  it("are noted once, for the plan that they are of", async () => {
    api.data = { planned: plannedOf(...nodes.all) };
    expect(await b.plan(...nodes.all)).toEqual([0, `members: ${all}\n`]);
    expect(api.data).toEqual({ planned: plannedOf(...nodes.all), members: all, seen: plannedOf(...nodes.all) });
    expect(await a.plan(...nodes.all)).toEqual([0, ""]);
    expect(api.patches).toEqual(["application/merge-patch+json"]);
  });

  it("are not removed where the others would be no majority, which is said", async () => {
    api.data = { planned: plannedOf(a, b, c) };
    await Promise.all([b.stop(), c.stop()]);
    const [code, said] = await a.plan(...nodes.all);
    expect([code, said]).toEqual([0, expect.stringMatching(/^members: .*; waiting: 2 of 4 other voters are healthy/)]);
    expect(api.data).toMatchObject({
      members: all,
      waiting: expect.stringMatching(/too few to remove \w+, cp-3, which is not planned$/) as string,
    });
    expect(await nodes.members()).toHaveLength(5);
    [b, c].forEach((node) => node.start(...nodes.all));
    await until(
      async () =>
        (await b.ask("maintenance/status", {})) !== undefined && (await c.ask("maintenance/status", {})) !== undefined,
      () => "cp-1 and cp-2 are not back",
    );
  });

  it("go where they are not planned, even by themselves, and nothing is lost", async () => {
    const writer = new Writer(nodes, [a, b, c]);
    await writer.acknowledges(5);
    await until(
      async () => {
        await e.plan(...nodes.all);
        return api.data?.members === "cp-0, cp-1, cp-2";
      },
      () => JSON.stringify(api.data),
    );
    await nodes.voters(a, b, c);
    await writer.acknowledges(5);
    expect(api.data).toEqual({ planned: plannedOf(a, b, c), members: "cp-0, cp-1, cp-2", seen: plannedOf(a, b, c) });
    for (const node of [d, e]) await node.stop();
    for (const node of [a, b, c]) {
      const has = await node.ask("kv/range", { key: "AA==", range_end: "AA==", count_only: true, serializable: true });
      expect([node.name, Number(has?.count) > 0]).toEqual([node.name, true]);
    }
    expect(await writer.lost(a)).toEqual([]);
  });

  it("include no learner that has never started and whose server is gone", async () => {
    const add = { peerURLs: [`https://${d.address}:2380`], isLearner: true };
    let added: { member: Member } | undefined;
    await until(
      async () => (added = (await a.ask("cluster/member/add", add)) as typeof added) !== undefined,
      () => "no learner was added",
    );
    const [code, said] = await b.plan(...nodes.all);
    expect([code, said]).toEqual([
      0,
      expect.stringContaining(`removed ${BigInt(added!.member.ID).toString(16)}, https`),
    ]);
    await nodes.voters(a, b, c);
  });

  it("come back to five on new disks", async () => {
    api.data = { planned: plannedOf(...nodes.all) };
    for (const node of [d, e]) node.loseData();
    for (const node of [d, e]) node.start(...nodes.all);
    await nodes.voters(...nodes.all);
    expect(await c.plan(a, b, c)).toEqual([0, `members: ${all}\n`]);
  });

  it("are one again where that is planned", async () => {
    api.data = { planned: plannedOf(a) };
    await until(
      async () => {
        await b.plan(a, b, c);
        return api.data?.members === "cp-0";
      },
      () => JSON.stringify(api.data),
    );
    await Promise.all([b, c, d, e].map((node) => node.stop()));
    await nodes.voters(a);
    expect(await a.ask("kv/put", { key: "AA==", value: "AA==" })).toBeDefined();
  });
});
