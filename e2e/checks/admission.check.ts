import { maxPods } from "../../components/kubernetes/kubeletConfig";
import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { workers } from "../support/cloud";
import { create, IMAGE, inPod, kubectl, Pod, toolPods } from "../support/kube";

const NAME = "check-admission";

let pods: Pod[];
beforeAll(async () => {
  pods = await toolPods();
}, 240_000);

describe("what the API admits", () => {
  const pod = (namespace: string, spec: object = {}, context?: object) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: NAME, namespace },
    spec: { containers: [{ name: "main", image: IMAGE, ...(context ? { securityContext: context } : {}) }], ...spec },
  });
  // Rows of one length: to a function with more parameters than the row has values, jest gives a callback that it then waits for.
  const HOST: [string, object, object | undefined][] = [
    ["a privileged container", {}, { privileged: true }],
    ["the node's network", { hostNetwork: true }, undefined],
    ["the node's processes", { hostPID: true }, undefined],
    ["a folder of the node", { volumes: [{ name: "root", hostPath: { path: "/" } }] }, undefined],
  ];
  const dryRun = "--dry-run=server";

  test.each(HOST)("no pod with %s, but for kube-system", async (_what, spec, context) => {
    await expect(create(pod("default", spec, context), dryRun)).rejects.toThrow(
      'violates PodSecurity "baseline:latest"',
    );
    expect(await create(pod("kube-system", spec, context), dryRun)).toContain("created");
  });

  test("an ordinary pod, and one with the node's network in a namespace that says so itself", async () => {
    expect(await create(pod("default"), dryRun)).toContain("created");
    const labels = { "pod-security.kubernetes.io/enforce": "privileged" };
    await kubectl(["delete", "namespace", NAME, "--ignore-not-found"]);
    await create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAME, labels } });
    try {
      // A new namespace's service account comes a moment later.
      const created = () => create(pod(NAME, { hostNetwork: true }), dryRun);
      expect(await waitFor("a pod to be admitted", created, 30_000, 1_000)).toContain("created");
    } finally {
      await kubectl(["delete", "namespace", NAME]);
    }
  });

  test("no Service with an externalIP, which would take that address on every node", async () => {
    const spec = { externalIPs: ["192.0.2.1"], selector: { app: "tools" }, ports: [{ port: 80 }] };
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: NAME }, spec };
    await expect(create(service, dryRun)).rejects.toThrow("external IPs");
  });

  test("pods' tokens for an hour, not for a year", async () => {
    const token = await inPod(pods[0]!, "cat", "/var/run/secrets/kubernetes.io/serviceaccount/token");
    const { iat, exp } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<
      string,
      number
    >;
    expect(exp! - iat!).toBeLessThan(2 * 3_600);
  });
});

/** A quantity of memory, which Kubernetes writes in the largest unit that leaves no fraction. */
function kibibytes(quantity = ""): number {
  const [, number, unit] = /^(\d+)(Ki|Mi|Gi)$/.exec(quantity) ?? [];
  return Number(number) * 1024 ** ["Ki", "Mi", "Gi"].indexOf(unit ?? "");
}

describe("a pod's bounds", () => {
  const nodeOf = (pod: Pod) => workers().find(({ name }) => name === pod.node)!;
  const configz = async (node: string) =>
    (JSON.parse(await kubectl(["get", "--raw", `/api/v1/nodes/${node}/proxy/configz`])) as { kubeletconfig: object })
      .kubeletconfig;

  test("a filter of system calls, without having asked for one", async () => {
    for (const pod of pods) expect(await inPod(pod, "grep", "^Seccomp:", "/proc/1/status")).toMatch(/^Seccomp:\s+2$/m);
  });

  test("a number of processes that is its own, in the kernel", async () => {
    for (const pod of pods) {
      const uid = (await kubectl(["get", "pod", pod.name, "-o", "jsonpath={.metadata.uid}"])).replaceAll("-", "_");
      // The pod's own cgroup, whichever version and quality of service.
      const find = `find /sys/fs/cgroup -type d -name 'kubepods*pod${uid}.slice' -exec cat {}/pids.max ';' 2>/dev/null | sort -u`;
      const limits = await inGuest(nodeOf(pod).instanceId, ["sh", "-c", find]);
      expect(limits.trim().split("\n")).toEqual(["4096"]);
    }
  });

  test("as many pods on a node as it has addresses for, and something kept back for the node itself", async () => {
    for (const { name, podCidr } of workers()) {
      const { status } = JSON.parse(await kubectl(["get", "node", name, "-o", "json"])) as {
        status: Record<"allocatable" | "capacity", Record<string, string>>;
      };
      expect(status.allocatable.pods).toBe(String(maxPods(Number(podCidr!.split("/")[1]))));
      // Reserved twice 256 MiB, and the default eviction threshold of 100 MiB.
      expect(kibibytes(status.capacity.memory) - kibibytes(status.allocatable.memory)).toBe((256 + 256 + 100) * 1024);
    }
  });

  test("kubelet itself runs with these settings", async () => {
    for (const { name } of workers())
      expect(await configz(name)).toMatchObject({
        ...{ podPidsLimit: 4096, seccompDefault: true, evictionPressureTransitionPeriod: "1m0s" },
        systemReserved: { cpu: "100m", memory: "256Mi", pid: "1000" },
        kubeReserved: { cpu: "100m", memory: "256Mi", pid: "1000" },
        evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%" },
      });
  });
});
