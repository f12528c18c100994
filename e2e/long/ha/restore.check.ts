import { inGuest } from "../../../lab/guest";
import { progress, waitFor } from "../../../lab/shell";
import { loseServer, outputs, serverIds } from "../../support/cloud";
import { create, kubectl } from "../../support/kube";
import { Config, lastChanges, nothing, operate, refused, verify } from "../../support/stack";

const CONTAINER = "e2e-snapshots";
const SNAPSHOT = "/usr/local/lib/hostroute/etcd-snapshot.py /etc/hostroute/etcd-snapshots.json now";

const members = () => outputs().nodes.filter(({ role }) => role === "control-plane");
const snapshots = (restoreFrom?: string) => (config: Config) => {
  config["hostroute:snapshots"] = { container: CONTAINER, interval: 60, ...(restoreFrom ? { restoreFrom } : {}) };
};
const exists = (what: string) => kubectl(["get", ...what.split(" "), "--ignore-not-found", "-o", "name"]).then(Boolean);
/** What runs on workers, each with what would tell another one from it. */
const pods = async () => {
  const what = "{range .items[*]}{.metadata.uid} {.status.containerStatuses[*].restartCount};{end}";
  return (await kubectl(["get", "pods", "-A", "-o", `jsonpath=${what}`])).split(";").sort();
};
const isAccepted = async (token: string) => {
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
  return (await create(review, "-o", "jsonpath={.status.authenticated}")) === "true";
};
const podCidrs = () =>
  kubectl(["get", "nodes", "-o", "jsonpath={range .items[*]}{.metadata.uid} {.spec.podCIDR};{end}"]);

describe("snapshots of etcd", () => {
  afterAll(() => operate("up", { timeout: 1_800_000 }).then(() => undefined), 1_900_000);

  test("are turned on without touching a server, and the first is there soon", async () => {
    const before = await serverIds();
    await operate("up", { changes: snapshots() });
    expect(await serverIds()).toEqual(before);
    await waitFor("the first snapshot", async () => /^last snapshot of etcd/m.test(await verify()), 300_000, 5_000);
  });

  test("one that is not there is refused before anything is touched", async () => {
    const before = await serverIds();
    const said = await refused("up", { changes: snapshots("another.db") });
    expect(said).toMatch(/restoreFrom: e2e-snapshots\/ha\/ has no another\.db; nothing was touched\. There are: /);
    expect(await serverIds()).toEqual(before);
  });

  test("give back what was there when two of three members and their disks are lost, and nothing else", async () => {
    await kubectl(["create", "configmap", "before"]);
    await kubectl(["create", "secret", "generic", "before", "--from-literal=kept=yes"]);
    const token = await kubectl(["create", "token", "default"]);
    const [first, ...others] = members();
    progress(await inGuest(first!.instanceId, SNAPSHOT.split(" ")));
    await kubectl(["create", "configmap", "after"]);
    const [podsBefore, cidrs, servers] = [await pods(), await podCidrs(), await serverIds()];

    for (const { instanceId } of others) await loseServer(instanceId);
    await expect(kubectl(["get", "configmap", "before", "--request-timeout=20s"])).rejects.toThrow();
    const began = Date.now();
    await operate("up", { changes: snapshots("latest"), timeout: 1_800_000 });
    progress(`three members from a snapshot in ${Math.round((Date.now() - began) / 1000)} s`);

    expect([await exists("configmap before"), await exists("configmap after")]).toEqual([true, false]);
    const secret = await kubectl(["get", "secret", "before", "-o", "jsonpath={.data.kept}"]);
    expect(Buffer.from(secret, "base64").toString()).toBe("yes");
    expect(await isAccepted(token.trim())).toBe(true);
    expect(await podCidrs()).toBe(cidrs);
    expect(await pods()).toEqual(podsBefore);
    const now = await serverIds();
    const replaced = [...now].flatMap(([name, id]) => (servers.get(name) === id ? [] : [name])).sort();
    expect(replaced).toEqual(members().map(({ name }) => name));
    expect(await verify()).toContain("agree");
  }, 2_000_000);

  test("are not restored again by the same word, nor when it goes", async () => {
    await operate("up", { changes: snapshots("latest") });
    expect(lastChanges()).toMatchObject(nothing);
    const before = await serverIds();
    await operate("up", { changes: snapshots() });
    expect(await serverIds()).toEqual(before);
  });
});
