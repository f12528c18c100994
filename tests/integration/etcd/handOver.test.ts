import * as fs from "node:fs";
import * as https from "node:https";
import { ConfigMap } from "./configMap";
import { describeEtcd, EtcdNode, EtcdNodes, until } from "./nodes";
import { fill, keys, Snapshots, TOOLS } from "./snapshots";

describeEtcd(
  "an only member that hands its data over",
  () => {
    let nodes: EtcdNodes;
    let snapshots: Snapshots;
    let api: ConfigMap;
    let [old, anew] = [] as unknown as [EtcdNode, EtcdNode];
    beforeAll(async () => {
      nodes = new EtcdNodes(2, { apiserver: "ca", "controller-manager": "ca" });
      snapshots = new Snapshots(nodes);
      [old, anew] = nodes.all as [EtcdNode, EtcdNode];
      api = new ConfigMap(old);
      await Promise.all([snapshots.store.start(), api.start()]);
      old.startAlone();
      await nodes.voters(old);
      await fill(old, 20, 2);
      snapshots.told(old);
      const store = JSON.parse(fs.readFileSync(old.path("snapshot/store.json"), "utf8")) as Record<string, string>;
      const encoded = Object.entries(store).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
      api.secret = Object.fromEntries(encoded) as Record<string, string>;
    });
    afterAll(async () => {
      await nodes?.end();
      await Promise.all([api?.stop(), snapshots?.store.stop()]);
    });
    beforeEach(() => {
      for (const file of ["systemctl", "handed-over"]) fs.rmSync(old.path(file), { force: true });
      snapshots.store.fault = () => undefined;
      snapshots.store.objects.clear();
    });

    const told = () => (fs.existsSync(old.path("systemctl")) ? fs.readFileSync(old.path("systemctl"), "utf8") : "");
    const mark = () => JSON.parse(fs.readFileSync(old.path("handed-over"), "utf8")) as Record<string, string>;
    const STOPPED = "--quiet stop kube-scheduler kube-controller-manager kube-apiserver\n";

    it.each<[string, Record<string, string> | undefined]>([
      ["nobody has asked", undefined],
      ["another server is asked", { server: "s1", asked: "1" }],
      ["the word has been answered", { server: "s0", asked: "1", seen: "1" }],
    ])("does nothing where %s", async (_where, word) => {
      api.handOver = word;
      expect(await snapshots.handsOver(old).ended).toEqual([0, ""]);
      expect([told(), fs.existsSync(old.path("handed-over")), snapshots.store.names]).toEqual(["", false, []]);
    });

    it("stops everything that writes, takes a last snapshot that says whose it is, and does it once", async () => {
      api.handOver = { server: "s0", asked: "1" };
      expect(await snapshots.handsOver(old).ended).toEqual([0, expect.stringMatching(/^handing over.*\nsnapshot /)]);
      expect(snapshots.latest).toMatchObject({ final: "s0 1", keys: 20 });
      expect(mark()).toEqual({ server: "s0", asked: "1", snapshot: snapshots.latest.name });
      expect(told()).toBe(`${STOPPED}--no-block start hostroute-handed-over\n`);
      expect(await snapshots.handsOver(old).ended).toEqual([0, ""]);
      // Nor is any other taken, which would not be final.
      expect(await snapshots.take(old, ["now"])).toEqual([0, ""]);
      expect(snapshots.store.names).toHaveLength(2);
    });

    it("goes on where it was interrupted, without the API", async () => {
      fs.writeFileSync(old.path("handed-over"), JSON.stringify({ server: "s0", asked: "3" }));
      api.broken = true;
      expect((await snapshots.handsOver(old).ended)[0]).toBe(0);
      api.broken = false;
      expect(snapshots.latest).toMatchObject({ final: "s0 3" });
    });

    it("asks where the store is before it stops what knows: a server that is new may not have", async () => {
      const kept = fs.readFileSync(old.path("snapshot/store.json"));
      fs.rmSync(old.path("snapshot/store.json"));
      api.handOver = { server: "s0", asked: "5" };
      Object.defineProperty(api, "broken", { get: () => told() !== "", configurable: true });
      try {
        expect((await snapshots.handsOver(old).ended)[0]).toBe(0);
        expect(snapshots.latest).toMatchObject({ final: "s0 5" });
      } finally {
        Object.defineProperty(api, "broken", { value: false, writable: true });
        fs.writeFileSync(old.path("snapshot/store.json"), kept);
      }
    });

    it("stops nothing where the stack wants no snapshots, and says so", async () => {
      const { secret } = api;
      api.secret = undefined;
      const kept = fs.readFileSync(old.path("snapshot/store.json"));
      api.handOver = { server: "s0", asked: "6" };
      expect(await snapshots.handsOver(old).ended).toEqual([1, "not handed over: the stack wants no snapshots\n"]);
      expect(api.handOver).toMatchObject({ failed: "the stack wants no snapshots", seen: "6" });
      expect([told(), fs.existsSync(old.path("handed-over"))]).toEqual(["", false]);
      api.secret = secret;
      fs.writeFileSync(old.path("snapshot/store.json"), kept);
    });

    it("is in service as before where the store does not take it, and says why", async () => {
      api.handOver = { server: "s0", asked: "4" };
      snapshots.store.fault = (method) => (method === "PUT" ? 503 : undefined);
      const [end, said] = await snapshots.handsOver(old).ended;
      expect([end, said]).toEqual([1, expect.stringMatching(/not handed over: the object store answers 503/)]);
      expect(told()).toBe(`${STOPPED}--no-block start kube-scheduler kube-controller-manager kube-apiserver\n`);
      expect(fs.existsSync(old.path("handed-over"))).toBe(false);
      expect(api.handOver).toMatchObject({ seen: "4", failed: expect.stringContaining("503") as string });
    });

    it("answers in the API server's place, and the server in its own begins with what was handed over", async () => {
      api.handOver = { server: "s0", asked: "5" };
      expect((await snapshots.handsOver(old).ended)[0]).toBe(0);
      await api.stop();
      const { child } = snapshots.handsOver(old, "serve");
      try {
        let answer: unknown;
        await until(
          async () => (answer = await get(old)) !== undefined,
          () => "it does not answer",
        );
        expect(answer).toEqual(mark());
      } finally {
        child.kill("SIGKILL");
      }
      await old.stop();
      snapshots.restores(anew, "latest", snapshots.url("GET"), { RESTORE_FINAL: "s0 5" });
      anew.startAlone();
      await nodes.voters(anew);
      expect(await keys(anew)).toBe(20);
    });

    it("leaves no one to begin with a snapshot that is not the last state", async () => {
      await anew.stop();
      anew.loseData();
      snapshots.store.put(
        "prod/latest",
        JSON.stringify({ name: "a.db", time: "2026-11-29T00:00:00Z", sha256: "0".repeat(64), final: "s0 4" }),
      );
      snapshots.restores(anew, "latest", snapshots.url("GET"), { RESTORE_FINAL: "s0 5" });
      anew.log = "";
      anew.startAlone();
      await anew.says(
        /not restored, and etcd not started: a\.db, of 2026-11-29T00:00:00Z, is not the last state of the server before/,
      );
      expect(fs.existsSync(anew.path("data/member"))).toBe(false);
    });

    const get = (node: EtcdNode) =>
      new Promise<unknown>((resolve) => {
        const ca = fs.readFileSync(node.path("pki/ca.crt"));
        https
          .get(`https://${node.address}:6443/readyz`, { ca }, (answer) => {
            let text = "";
            answer.on("data", (data: Buffer) => (text += data.toString()));
            answer.on("end", () => resolve(JSON.parse(text)));
          })
          .on("error", () => resolve(undefined));
      });
  },
  Object.values(TOOLS),
);
