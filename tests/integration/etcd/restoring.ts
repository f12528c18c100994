import * as fs from "node:fs";
import { describeEtcd, EtcdNode, EtcdNodes, until } from "./nodes";
import { fill, keys, Latest, Snapshots, TOOLS } from "./snapshots";

/** By how much revisions go up (etcd-restore.py). */
const BUMP = 1_000_000_000;
const KEYS = 20;

/** Three nodes without data, and a store with a snapshot of one that had twenty keys; as new for each test. */
export class Restoring {
  readonly nodes = new EtcdNodes(3, { apiserver: "ca", "controller-manager": "ca" });
  readonly snapshots = new Snapshots(this.nodes);
  /** What `latest` says of the snapshot. */
  taken!: Latest;
  private objects: [name: string, content: Buffer][] = [];

  get all(): [EtcdNode, EtcdNode, EtcdNode] {
    return this.nodes.all as [EtcdNode, EtcdNode, EtcdNode];
  }

  /** The snapshot's own object. */
  get object(): string {
    return `prod/${this.taken.name}`;
  }

  async begin(): Promise<void> {
    const { all, nodes, snapshots } = this;
    await snapshots.store.start();
    all[0].startAlone();
    await nodes.voters(all[0]);
    await fill(all[0], KEYS, 8);
    expect(await snapshots.take(all[0])).toEqual([0, expect.any(String)]);
    this.taken = snapshots.latest;
    this.objects = [...snapshots.store.objects].map(([name, { content }]) => [name, content]);
    // Not in the snapshot, so lost.
    await fill(all[0], KEYS + 1);
  }

  /** A new beginning: no data, and a store that works. */
  async anew(): Promise<void> {
    await Promise.all(this.all.map((node) => node.stop()));
    for (const node of this.all) {
      node.loseData();
      node.log = "";
    }
    this.snapshots.store.objects.clear();
    this.mend();
    for (const tool of Object.keys(TOOLS)) this.snapshots.mend(tool as keyof typeof TOOLS);
  }

  /** The store has what it had, and answers. */
  mend(): void {
    const { store } = this.snapshots;
    store.ahead = store.log.length = 0;
    store.fault = () => undefined;
    for (const [name, content] of this.objects) store.put(name, content);
  }

  async end(): Promise<void> {
    await this.nodes.end();
    await this.snapshots.store.stop();
  }

  async revision(node: EtcdNode): Promise<number> {
    const { header } = (await node.ask("maintenance/status", {})) as { header: { revision: string } };
    return Number(header.revision);
  }

  /** It runs, has what the snapshot had and nothing else, by revisions that are new; and no file is left of the restore. */
  async hasAll(node: EtcdNode): Promise<void> {
    await until(
      async () => (await node.ask("maintenance/status", {})) !== undefined,
      () => node.log,
    );
    expect(await keys(node)).toBe(KEYS);
    expect(await this.revision(node)).toBeGreaterThanOrEqual(this.taken.revision + BUMP);
    expect(fs.readdirSync(node.path("data"))).toEqual(["member"]);
  }

  hasNone = (node: EtcdNode) => expect(fs.readdirSync(node.path("data"))).not.toContain("member");
}

/** Tests that begin with such nodes; skipped where there is no etcd. */
export function describeRestore(what: string, tests: (begun: () => Restoring) => void): void {
  describeEtcd(
    what,
    () => {
      let restoring: Restoring | undefined;
      beforeAll(() => {
        restoring = new Restoring();
        return restoring.begin();
      });
      beforeEach(() => restoring!.anew());
      afterAll(() => restoring?.end());
      tests(() => restoring!);
    },
    Object.values(TOOLS),
  );
}
