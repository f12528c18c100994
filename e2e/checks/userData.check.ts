import { inGuest } from "../../lab/guest";
import { outputs } from "../support/cloud";
import { schemaProblems } from "../support/schemaAnswer";

describe("user-data on the real machines", () => {
  test("cloud-init is done, without errors", async () => {
    for (const { instanceId } of outputs().nodes) {
      expect(await inGuest(instanceId, ["cloud-init", "status", "--wait"])).toContain("status: done");
    }
  });

  test("cloud-init's own schema accepts it", async () => {
    for (const { instanceId } of outputs().nodes) {
      expect(schemaProblems(await inGuest(instanceId, ["cloud-init", "schema", "--system"]))).toEqual([]);
    }
  });

  test("the units are enabled", async () => {
    const always = ["hostroute.target", "hostroute-packages", "hostroute-fetch"];
    for (const { instanceId, role } of outputs().nodes) {
      const units =
        role === "worker"
          ? ["hostroute-pod-network.timer", "containerd", "kubelet", "kube-proxy"]
          : ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
      const answer = await inGuest(instanceId, ["systemctl", "is-enabled", ...always, ...units]);
      expect(answer.trim().split("\n")).toEqual([...always, ...units].map(() => "enabled"));
    }
  });

  test("files with keys are root's alone on workers, and the one program's that reads them on the control plane", async () => {
    for (const { instanceId, role } of outputs().nodes) {
      const secret = "PRIVATE KEY|client-key-data|secret: ";
      const found = await inGuest(instanceId, [
        "sh",
        "-c",
        `grep -rlE '${secret}' /etc/kubernetes | xargs stat -c '%a %U %G'`,
      ]);
      const programs = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
      // Which of them reads which key, and nobody else: programs.check.ts.
      const expected =
        role === "worker"
          ? ["600 root root"]
          : [...programs.map((name) => `400 ${name} ${name}`), "440 kube-apiserver kube-controller-manager"];
      expect([...new Set(found.trim().split("\n"))].sort()).toEqual(expected.sort());
    }
  });

  test("each node received only its own private keys", async () => {
    const owners = new Map<string, string[]>();
    for (const { instanceId, name } of outputs().nodes) {
      // A key's first line tells it from others; only its digest is shown, should this fail.
      const lines =
        "zgrep -A1 'BEGIN.*PRIVATE KEY' /var/lib/cloud/instance/user-data.txt | grep -o '[A-Za-z0-9+/]\\{64\\}'";
      const digests = await inGuest(instanceId, [
        "sh",
        "-c",
        `${lines} | while read -r key; do echo $key | sha256sum; done`,
      ]);
      const keys = digests.trim().split("\n");
      expect(keys.length).toBeGreaterThanOrEqual(2);
      for (const key of keys) owners.set(key, [...(owners.get(key) ?? []), name]);
    }
    expect([...owners].filter(([, nodes]) => nodes.length > 1)).toEqual([]);
  });
});
