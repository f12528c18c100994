import * as fs from "node:fs";
import * as path from "node:path";
import { keysOf, restore } from "../../../cli/drill/etcd";
import { describeEtcd, EtcdNode, EtcdNodes } from "./nodes";
import { fill, Snapshots, TOOLS } from "./snapshots";

describeEtcd(
  "a drill with a snapshot of etcd",
  () => {
    let nodes: EtcdNodes;
    let snapshots: Snapshots;
    let node: EtcdNode;
    beforeAll(async () => {
      nodes = new EtcdNodes(1, { apiserver: "ca", "controller-manager": "ca" });
      snapshots = new Snapshots(nodes);
      await snapshots.store.start();
      [node] = nodes.all as [EtcdNode];
      node.startAlone();
      await nodes.voters(node);
      await fill(node, 20, 2);
      expect(await snapshots.take(node)).toEqual([0, expect.stringMatching(/^snapshot /)]);
    });
    afterAll(async () => {
      await nodes?.end();
      await snapshots?.store.stop();
    });

    const downloaded = (content: Buffer) => {
      const folder = fs.mkdtempSync(path.join(nodes.folder, "drill-"));
      fs.writeFileSync(path.join(folder, "snapshot.db"), content);
      return [path.join(folder, "snapshot.db"), folder] as const;
    };
    const object = () => snapshots.store.read(`prod/${snapshots.latest.name}`);

    it("restores it into a scratch member, and finds all keys in it", async () => {
      const data = restore(TOOLS, ...downloaded(object()));
      const keys = await keysOf(TOOLS, data);
      expect(keys.sort()).toEqual(Array.from({ length: 20 }, (_, i) => `key ${i}`).sort());
    });

    it("does not restore one that is damaged", () => {
      const content = Buffer.from(object());
      content[9_000]! ^= 1;
      expect(() => restore(TOOLS, ...downloaded(content))).toThrow(/sha256|integrity/);
    });
  },
  Object.values(TOOLS),
);
