import { progress } from "../../../lab/shell";
import { loseServer, outputs, serverIds } from "../../support/cloud";
import { kubectl } from "../../support/kube";
import { exists, firstSnapshot, marked, podCidrs, pods, snapshotNow, snapshots } from "../../support/snapshots";
import { lastChanges, nothing, operate, refused, verify } from "../../support/stack";

const members = () => outputs().nodes.filter(({ role }) => role === "control-plane");

describe("snapshots of etcd, of three members,", () => {
  afterAll(() => operate("up", { timeout: 1_800_000 }).then(() => undefined), 1_900_000);

  test("are turned on without touching a server, and the first is there soon", async () => {
    const before = await serverIds();
    await operate("up", { changes: snapshots() });
    expect(await serverIds()).toEqual(before);
    await firstSnapshot();
  });

  test("are refused where they are not there, before anything is touched", async () => {
    const before = await serverIds();
    const said = await refused("up", { changes: snapshots("another.db") });
    expect(said).toMatch(/restoreFrom: e2e-snapshots\/ha\/ has no another\.db; nothing was touched\. There are: /);
    expect(await serverIds()).toEqual(before);
  });

  test("give back what was there when two of three members and their disks are lost, and nothing else", async () => {
    const isThere = await marked("before");
    const [first, ...others] = members();
    progress(await snapshotNow(first!.instanceId));
    await kubectl(["create", "configmap", "after"]);
    const [podsBefore, cidrs, servers] = [await pods(), await podCidrs(), await serverIds()];

    for (const { instanceId } of others) await loseServer(instanceId);
    await expect(kubectl(["get", "configmap", "before", "--request-timeout=20s"])).rejects.toThrow();
    const began = Date.now();
    await operate("up", { changes: snapshots("latest"), timeout: 1_800_000 });
    progress(`three members from a snapshot in ${Math.round((Date.now() - began) / 1000)} s`);

    expect([await isThere(), await exists("configmap after")]).toEqual([[true, true, true], false]);
    expect(await podCidrs()).toBe(cidrs);
    expect(await pods()).toEqual(podsBefore);
    const now = await serverIds();
    const replaced = [...now].flatMap(([name, id]) => (servers.get(name) === id ? [] : [name])).sort();
    expect(replaced).toEqual(members().map(({ name }) => name));
    expect(await verify()).toContain("agree");
  }, 2_000_000);

  test("are not restored again by the same word, nor when it goes", async () => {
    await operate("up", { changes: snapshots("latest") });
    // Which notes that they have begun.
    expect(lastChanges()).toMatchObject({ ...nothing, updated: ["EtcdBegun ha"] });
    const before = await serverIds();
    await operate("up", { changes: snapshots() });
    expect(await serverIds()).toEqual(before);
  });
});
