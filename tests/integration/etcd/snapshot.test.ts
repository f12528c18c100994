import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { ConfigMap } from "./configMap";
import { base64, describeEtcd, EtcdNode, EtcdNodes, until } from "./nodes";
import { Fault } from "./objectStore";
import { fill, KEEP, Snapshots, TOOLS } from "./snapshots";

describeEtcd(
  "a snapshot of etcd",
  () => {
    let nodes: EtcdNodes;
    let snapshots: Snapshots;
    let leader: EtcdNode;
    beforeAll(async () => {
      nodes = new EtcdNodes(3, { apiserver: "ca", "controller-manager": "ca" });
      snapshots = new Snapshots(nodes);
      await snapshots.store.start();
      for (const node of nodes.all) node.start(...nodes.all);
      await nodes.voters(...nodes.all);
      await fill(nodes.all[0]!, 20, 8);
      leader = await led();
    });
    afterAll(async () => {
      await nodes?.end();
      await snapshots?.store.stop();
    });
    beforeEach(() => {
      const { store } = snapshots;
      store.objects.clear();
      store.log.length = store.ahead = 0;
      store.fault = () => undefined;
      for (const tool of Object.keys(TOOLS)) snapshots.mend(tool as keyof typeof TOOLS);
    });
    /** Nothing is left of a run but the lock, and the next one succeeds. */
    async function goesOn(): Promise<void> {
      for (const tool of Object.keys(TOOLS)) snapshots.mend(tool as keyof typeof TOOLS);
      snapshots.store.fault = () => undefined;
      expect(await snapshots.take(leader)).toEqual([0, expect.stringMatching(/^snapshot .*\n$/)]);
      expect(snapshots.left(leader)).toEqual([]);
      expect(snapshots.store.names).toContain("prod/latest");
    }

    /** What a broken tool leaves. */
    const mark = (tool: string) => `${nodes.folder}/bin/${tool}.reached`;

    async function led(): Promise<EtcdNode> {
      for (const node of nodes.all) {
        const status = await node.ask("maintenance/status", {});
        if (status?.leader === (status?.header as { member_id: string }).member_id) return node;
      }
      throw new Error("nobody leads");
    }

    it("is taken by the leader alone, and says what it is", async () => {
      const ends = await Promise.all(nodes.all.map((node) => snapshots.take(node)));
      const { store, latest } = snapshots;
      const name = `prod/${latest.name}`;
      expect(store.names).toEqual([name, "prod/latest"]);
      expect(ends.map(([end]) => end)).toEqual([0, 0, 0]);
      const said = `snapshot ${latest.name}: ${latest.size} bytes, revision ${latest.revision}, 20 keys\n`;
      expect(ends.map(([, text]) => text)).toEqual(nodes.all.map((node) => (node === leader ? said : "")));

      const content = store.read(name);
      expect(latest).toEqual({
        name: expect.stringMatching(new RegExp(`^\\d{8}T\\d{6}Z-${leader.name}-[0-9a-f]{16}\\.db$`)) as string,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
        sha256: createHash("sha256").update(content).digest("hex"),
        size: content.length,
        revision: expect.any(Number) as number,
        keys: 20,
        etcd: expect.stringMatching(/^3\.6\.\d+$/) as string,
        kubernetes: "1.36.3",
      });
      expect(snapshots.left(leader)).toEqual([]);
      store.ahead = KEEP - 60;
      expect(store.names).toHaveLength(2);
      store.ahead = KEEP + 60;
      expect(store.names).toEqual([]);
    });

    it("is taken when it is due, whoever took the last one; and tried again a while after a failure", async () => {
      const takes = (more = {}) => {
        if (Object.keys(more).length > 0) snapshots.told(leader, more);
        return snapshots.starts(leader).ended;
      };
      const hourly = { interval: "3600" };
      snapshots.store.fault = (method) => (method === "GET" ? 503 : undefined);
      expect(await takes(hourly)).toEqual([1, expect.stringContaining("503 Service Unavailable to GET latest")]);
      snapshots.store.fault = () => undefined;
      expect(await takes()).toEqual([0, ""]);
      expect(await takes(hourly)).toEqual([0, expect.stringMatching(/^snapshot /)]);
      expect(await takes()).toEqual([0, ""]);
      // Another leader, which knows only what the store says.
      expect(await takes(hourly)).toEqual([0, ""]);
      expect(snapshots.store.names).toHaveLength(2);
      snapshots.store.put("prod/latest", JSON.stringify({ ...snapshots.latest, time: "2026-01-01T00:00:00Z" }));
      expect(await takes(hourly)).toEqual([0, expect.stringMatching(/^snapshot /)]);
    });

    it("goes where the stack says, and where it has said last while the API is away; nowhere once it says so", async () => {
      const api = new ConfigMap(leader);
      await api.start();
      const goes = (data: Record<string, string> | undefined) => {
        api.secret = data && Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)]));
        return snapshots.starts(leader).ended;
      };
      try {
        snapshots.told(leader, { put: "http://127.0.0.1:1/?", get: "http://127.0.0.1:1/?" });
        const store = { put: snapshots.url("PUT"), get: snapshots.url("GET"), keep: "3600", interval: "0" };
        expect(await goes({ ...store, kubernetes: "1.36.3" })).toEqual([0, expect.stringMatching(/^snapshot /)]);
        api.broken = true;
        expect(await goes(undefined)).toEqual([0, expect.stringMatching(/^snapshot /)]);
        api.broken = false;
        expect(await goes(undefined)).toEqual([0, ""]);
      } finally {
        await api.stop();
      }
      expect(await snapshots.starts(leader).ended).toEqual([0, ""]);
      expect(snapshots.store.names).toHaveLength(3);
    });

    it("is taken by any member now, when it is asked to; by two at once in turn", async () => {
      const follower = nodes.all.find((node) => node !== leader)!;
      const both = await Promise.all([snapshots.take(follower, ["now"]), snapshots.take(follower, ["now"])]);
      expect(both.map(([end]) => end)).toEqual([0, 0]);
      expect(snapshots.store.names).toHaveLength(3);
    });

    it.each<[Fault, string]>([
      [403, "the object store answers 403 Forbidden to PUT 20\\S+; the temporary URL may have expired, or .*"],
      [507, "the object store answers 507 Insufficient Storage to PUT 20\\S+"],
      [503, "the object store answers 503 Service Unavailable to PUT 20\\S+"],
      ["damaged", "the object store answers 422 Unprocessable Entity to PUT 20\\S+"],
      ["cut", "the object store does not answer to PUT 20\\S+: .+"],
    ])("says once that the store answered %s, leaves nothing, and goes on with the next", async (fault, why) => {
      snapshots.store.fault = (method) => (method === "PUT" ? fault : undefined);
      expect(await snapshots.take(leader)).toEqual([1, expect.stringMatching(new RegExp(`^no snapshot: ${why}\n$`))]);
      expect(snapshots.left(leader)).toEqual([]);
      expect(snapshots.store.names).toEqual([]);
      await goesOn();
    });

    it("is none that latest names before all of it is there", async () => {
      await snapshots.take(leader);
      const before = snapshots.latest;
      snapshots.store.fault = (method, name) => (method === "PUT" && name === "prod/latest" ? 503 : undefined);
      expect(await snapshots.take(leader)).toEqual([1, expect.stringContaining("503")]);
      expect(snapshots.latest).toEqual(before);
    });

    it("says of a URL that has expired, or is for another folder, that it was refused", async () => {
      snapshots.store.ahead = 4_000;
      const [end, said] = await snapshots.take(leader);
      expect([end, said]).toEqual([1, expect.stringContaining("401 Unauthorized")]);
      expect(said).not.toContain("temp_url");
    });

    it("is not sent where a byte is lost on the disk", async () => {
      snapshots.break("etcdutl", 'printf x | dd of="$3" bs=1 seek=9000 conv=notrunc status=none; exec $real "$@"');
      expect(await snapshots.take(leader)).toEqual([
        1,
        "no snapshot: the snapshot is damaged: its own SHA-256 is another\n",
      ]);
      snapshots.break("etcdutl", 'echo "Error: snapshot file integrity check failed" >&2; exit 1');
      expect(await snapshots.take(leader)).toEqual([
        1,
        "no snapshot: etcdutl: Error: snapshot file integrity check failed\n",
      ]);
      expect(snapshots.store.log.filter((line) => line.startsWith("PUT"))).toEqual([]);
      await goesOn();
    });

    it("does not begin where the disk has no room for it, and cleans up where that fills", async () => {
      snapshots.break("etcdctl", "touch $0.reached");
      const at = snapshots.folder(leader);
      const small = `told=$(cat ${at}/store.json) && mount -t tmpfs -o size=64m none ${at} && echo "$told" >${at}/store.json && exec "$@"`;
      const [refused, why] = await snapshots.take(leader, [], ["unshare", "-rm", "bash", "-c", small, "bash"]);
      expect([refused, why]).toEqual([
        1,
        expect.stringMatching(/^no snapshot: 6\d MiB are free for \S+, and 5\d\d are/),
      ]);
      expect(existsSync(mark("etcdctl"))).toBe(false);

      snapshots.mend("etcdctl");
      const [end, said] = await snapshots.take(leader, [], ["bash", "-c", 'ulimit -f 1024; exec "$@"', "bash"]);
      expect([end, said]).toEqual([1, expect.stringMatching(/^no snapshot: etcdctl: .*file too large/)]);
      expect(snapshots.left(leader)).toEqual([]);
      await goesOn();
    });

    it.each([
      ["before it is made", "etcdctl", "touch $0.reached; sleep 100"],
      ["when it is made", "etcdctl", '$real "$@"; touch $0.reached; sleep 100'],
      ["when it is checked", "etcdutl", '$real "$@"; touch $0.reached; sleep 100'],
    ] as const)("killed %s, it is made anew by the next run", async (_when, tool, script) => {
      snapshots.break(tool, script);
      snapshots.told(leader);
      const { child, ended } = snapshots.starts(leader);
      await until(
        () => existsSync(mark(tool)),
        () => "the step is not reached",
      );
      process.kill(-child.pid!, "SIGKILL");
      expect(await ended).toEqual(["SIGKILL", ""]);
      rmSync(mark(tool));
      await goesOn();
    });

    it.each([
      ["SIGKILL", "PUT latest", ["SIGKILL", ""]],
      ["SIGKILL", "PUT 2", ["SIGKILL", ""]],
      ["SIGTERM", "PUT 2", [1, "no snapshot: it was stopped\n"]],
    ] as const)("ended by %s during %s, it leaves the next one nothing to do but begin", async (signal, step, end) => {
      const reached = new Promise<void>((resolve) => (snapshots.store.onSilence = resolve));
      snapshots.store.fault = (method, name) =>
        `${method} ${name.replace("prod/", "")}`.startsWith(step) ? "silent" : undefined;
      snapshots.told(leader);
      const { child, ended } = snapshots.starts(leader);
      await reached;
      process.kill(child.pid!, signal);
      expect(await ended).toEqual(end);
      expect(snapshots.store.names).not.toContain("prod/latest");
      if (signal === "SIGTERM") expect(snapshots.left(leader)).toEqual([]);
      await goesOn();
    });

    it("is not taken where nobody leads, and every member says so", async () => {
      const [lone, ...others] = nodes.all as [EtcdNode, EtcdNode, EtcdNode];
      await Promise.all(others.map((node) => node.stop()));
      await until(
        async () => (await lone.ask("maintenance/status", {}))?.leader === undefined,
        () => "it still has a leader",
      );
      expect(await snapshots.take(lone)).toEqual([1, "no snapshot: etcd has no leader\n"]);
      expect(snapshots.store.log.filter((line) => line.startsWith("PUT"))).toEqual([]);
    });
  },
  Object.values(TOOLS),
);
