import * as fs from "node:fs";
import * as https from "node:https";
import { describeEtcd, EtcdNode, EtcdNodes } from "./nodes";
import { Writer } from "./writer";

describeEtcd("etcd of one member", () => {
  let nodes: EtcdNodes;
  let writer: Writer;
  type Five = [EtcdNode, EtcdNode, EtcdNode, EtcdNode, EtcdNode];
  let [a, b, c, d, e] = [] as unknown as Five;
  beforeAll(() => {
    nodes = new EtcdNodes(5, { stranger: "another-ca" });
    [a, b, c, d, e] = nodes.all as Five;
  });
  afterAll(() => nodes?.end());
  beforeEach(() => nodes.all.forEach((node) => (node.log = "")));

  it("grows to three, while a client writes", async () => {
    a.startAlone();
    await nodes.voters(a);
    writer = new Writer(nodes, [a]);
    for (const node of [b, c]) node.start(a, b, c);
    await nodes.voters(a, b, c);
  });

  it("and to five", async () => {
    for (const node of [d, e]) node.start(...nodes.all);
    await nodes.voters(...nodes.all);
    await writer.acknowledges(5);
    expect(await writer.lost(e)).toEqual([]);
  });

  it("replaces two that are lost at once, the first one among them", async () => {
    writer = new Writer(nodes, [b, c, e]);
    await writer.acknowledges(5);
    for (const node of [a, d]) await node.stop();
    for (const node of [a, d]) node.loseData();
    for (const node of [a, d]) node.start(...nodes.all);
    await nodes.voters(...nodes.all);
    expect(await writer.lost(d)).toEqual([]);
  });

  it("says that it has no data to members, and to nobody else", async () => {
    await Promise.all([b, c, d, e].map((node) => node.stop()));
    b.loseData();
    b.start(b, c);
    const ask = (pair: "etcd" | "stranger") =>
      new Promise((resolve) => {
        const pki = (file: string) => fs.readFileSync(c.path(`pki/${file}`));
        const tls = { ca: pki("etcd-ca.crt"), cert: pki(`${pair}.crt`), key: pki(`${pair}.key`), agent: false };
        https
          .get(`https://${b.address}:2380/hostroute/no-data`, tls, (answer) =>
            answer.on("data", (text: Buffer) => resolve(JSON.parse(text.toString()))),
          )
          .on("error", ({ message }) => resolve(message));
      });
    await b.says("waiting: no other member answers");
    expect(await ask("etcd")).toEqual({ "cp-1": `https://${b.address}:2380`, "cp-2": `https://${c.address}:2380` });
    expect(await ask("stranger")).toMatch(/alert|reset/);
  });
});
