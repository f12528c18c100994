import * as fs from "node:fs";
import { base64, describeEtcd, EtcdNode, EtcdNodes, until } from "./nodes";
import { fill, keys, Latest, Snapshots, TOOLS } from "./snapshots";

const BUMP = 1_000_000_000;

describeEtcd(
  "a cluster of etcd",
  () => {
    let nodes: EtcdNodes;
    let snapshots: Snapshots;
    let [a, b, c] = [] as unknown as [EtcdNode, EtcdNode, EtcdNode];
    /** Of 20 keys, 8 of which have a megabyte each. */
    let taken: Latest;
    let objects: [string, Buffer][];
    beforeAll(async () => {
      nodes = new EtcdNodes(3);
      [a, b, c] = nodes.all as [EtcdNode, EtcdNode, EtcdNode];
      snapshots = new Snapshots(nodes);
      await snapshots.store.start();
      a.startAlone();
      await nodes.voters(a);
      await fill(a, 20, 8);
      expect(await snapshots.take(a)).toEqual([0, expect.any(String)]);
      taken = snapshots.latest;
      objects = [...snapshots.store.objects].map(([name, { content }]) => [name, content]);
      // Not in the snapshot, so lost.
      await fill(a, 21);
    });
    afterAll(async () => {
      await nodes?.end();
      await snapshots?.store.stop();
    });
    beforeEach(async () => {
      await Promise.all(nodes.all.map((node) => node.stop()));
      for (const node of nodes.all) {
        node.loseData();
        node.log = "";
      }
      const { store } = snapshots;
      store.objects.clear();
      for (const [name, content] of objects) store.put(name, content);
      store.ahead = store.log.length = 0;
      store.fault = () => undefined;
      for (const tool of Object.keys(TOOLS)) snapshots.mend(tool as keyof typeof TOOLS);
    });

    const revision = async (node: EtcdNode) =>
      Number(((await node.ask("maintenance/status", {}))!.header as { revision: string }).revision);
    /** It runs, has what the snapshot had and nothing else, by revisions that are new; and no file is left of the restore. */
    async function hasAll(node: EtcdNode): Promise<void> {
      await until(
        async () => (await node.ask("maintenance/status", {})) !== undefined,
        () => node.log,
      );
      expect(await keys(node)).toBe(20);
      expect(await revision(node)).toBeGreaterThanOrEqual(taken.revision + BUMP);
      expect(fs.readdirSync(node.path("data"))).toEqual(["member"]);
    }
    const hasNone = (node: EtcdNode) => expect(fs.readdirSync(node.path("data"))).not.toContain("member");

    it("of one begins with the last snapshot, or with one by its name, and keeps its data after that", async () => {
      snapshots.restores(a);
      a.startAlone();
      await hasAll(a);
      expect(a.log).toBe(`restored ${taken.name}: what was written after ${taken.time} is lost\n`);
      // Whoever watches from before reads anew.
      const read = (at: number) => a.ask("kv/range", { key: base64("key 1"), revision: at });
      expect(await read(taken.revision)).toBeUndefined();
      expect(await read(await revision(a))).toBeDefined();

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
      snapshots.store.objects.delete("prod/latest");
      snapshots.restores(a, taken.name);
      a.startAlone();
      await hasAll(a);
    });

    it("of three begins with it on the first, and the others join that", async () => {
      for (const node of nodes.all) snapshots.restores(node);
      for (const node of nodes.all) node.start(a, b, c);
      await nodes.voters(a, b, c);
      for (const node of nodes.all) await hasAll(node);
      await a.says(/none of cp-0, cp-1, cp-2 has data: a new cluster begins here\n(.*\n)*restored 20/);
      for (const node of [b, c]) {
        await node.says(/joining as learner \w+\n(.*\n)*promoted to a voter/);
        expect(node.log).not.toContain("restored");
      }
      expect(snapshots.store.log).toEqual(["GET prod/latest 200", `GET prod/${taken.name} 200`]);

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

    const flipped = (content: Buffer) => {
      const other = Buffer.from(content);
      other[content.length / 2]! ^= 1;
      return other;
    };
    const name = () => `prod/${taken.name}`;
    const store = () => snapshots.store;
    /** What stands in the way of a restore, and what is said of it. */
    const OBSTACLES: Record<string, [from: "latest" | "its name", prepare: () => void, why: string | RegExp]> = {
      "no last snapshot": ["latest", () => store().objects.clear(), "404 Not Found to GET latest"],
      "no snapshot of that name": ["its name", () => store().objects.clear(), /404 Not Found to GET 20\S+\.db/],
      "a URL that has expired": [
        "latest",
        () => (store().ahead = 4_000),
        "401 Unauthorized to GET latest; the temporary",
      ],
      "a store that refuses": ["latest", () => (store().fault = () => 403), "403 Forbidden to GET latest"],
      "a store that is away": ["latest", () => (store().fault = () => 503), "503 Service Unavailable to GET latest"],
      "a transfer that is cut": [
        "latest",
        () => (store().fault = (_, of) => (of === name() ? "cut" : undefined)),
        "was cut short: ",
      ],
      "a damaged one": [
        "latest",
        () => store().put(name(), flipped(store().read(name()))),
        "its own SHA-256 is another",
      ],
      "a damaged one of that name": [
        "its name",
        () => store().put(name(), flipped(store().read(name()))),
        "its own SHA-256 is another",
      ],
      "something else of that name": ["its name", () => store().put(name(), "no"), "its own SHA-256 is another"],
      "another than latest says": [
        "latest",
        () => store().put("prod/latest", JSON.stringify({ ...taken, sha256: "0".repeat(64) })),
        /has SHA-256 [0-9a-f]{64}, and latest says 0{64}/,
      ],
      "a latest that says nothing": ["latest", () => store().put("prod/latest", "{}"), "does not say which snapshot"],
      "a latest that names another folder": [
        "latest",
        () => store().put("prod/latest", JSON.stringify({ ...taken, name: "../x" })),
        "does not say which snapshot",
      ],
    };
    it.each(Object.keys(OBSTACLES))("does not begin with %s, says so, and does once that is mended", async (what) => {
      const [from, prepare, why] = OBSTACLES[what]!;
      prepare();
      snapshots.restores(a, from === "latest" ? from : taken.name);
      a.startAlone();
      await a.says("not restored, and etcd not started: ");
      await a.says(why);
      expect(a.log).not.toContain("temp_url");
      hasNone(a);

      store().ahead = 0;
      store().fault = () => undefined;
      for (const [each, content] of objects) store().put(each, content);
      await hasAll(a);
    });

    it("does not begin where the disk has no room for the snapshot twice", async () => {
      snapshots.restores(a);
      const small = a.path("small");
      const mounted = `mount -t tmpfs -o size=64m none ${a.path("data")} && exec "$@"`;
      fs.writeFileSync(small, `#!/bin/sh\nexec unshare -rm sh -c '${mounted}' sh ${a.program} "$@"\n`, { mode: 0o755 });
      a.program = small;
      a.startAlone();
      await a.says(/etcd not started: 6\d MiB are free for \S+, and 5\d\d are needed/);
    });

    const DIES = "kill -9 $PPID; exit 1";
    it.each([
      ["before it is made into data", DIES],
      ["when half of that is there", `$real "$@" >/dev/null 2>&1; rm -r "$5"/member/wal; ${DIES}`],
      ["when all of it is there, beside", `$real "$@" >/dev/null 2>&1; ${DIES}`],
    ])("begins anew after a power cut %s", async (_when, script) => {
      snapshots.break("etcdutl", script);
      snapshots.restores(a);
      a.startAlone();
      await until(
        () => store().log.filter((line) => line === `GET ${name()} 200`).length > 1,
        () => `${a.log}${store().log.join("\n")}`,
      );
      await a.stop();
      hasNone(a);
      expect(a.log).toBe("");
      snapshots.mend("etcdutl");
      a.startAlone();
      await hasAll(a);
    });

    it("begins anew after a power cut in the middle of the transfer", async () => {
      const reached = new Promise<void>((resolve) => (store().onSilence = resolve));
      store().fault = (_, of) => (of === name() ? "silent" : undefined);
      snapshots.restores(a);
      a.startAlone();
      await reached;
      await a.stop();
      hasNone(a);
      store().fault = () => undefined;
      a.startAlone();
      await hasAll(a);
    });

    it("of three goes on after a power cut between the restore and the first one's start", async () => {
      snapshots.break("etcd", "exec sleep 1000");
      for (const node of nodes.all) snapshots.restores(node);
      for (const node of nodes.all) node.start(a, b, c);
      await a.says("restored 20");
      await a.stop();
      snapshots.mend("etcd");
      a.log = "";
      a.start(a, b, c);
      await nodes.voters(a, b, c);
      for (const node of nodes.all) await hasAll(node);
      expect(a.log).not.toContain("restored");
    });

    it("does not take files without a log for data, nor throw them away", async () => {
      fs.mkdirSync(a.path("data/member/snap"), { recursive: true });
      snapshots.restores(a);
      a.startAlone();
      await a.says("has files, and no write-ahead log: they have to be moved away first");
      fs.renameSync(a.path("data/member"), a.path("moved"));
      await hasAll(a);
    });
  },
  Object.values(TOOLS),
);
