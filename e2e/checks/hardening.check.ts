import { X509Certificate } from "node:crypto";
import { parse } from "yaml";
import { maxPods } from "../../components/kubernetes/kubeletConfig";
import { POOL_LABEL } from "../../components/objects/nodeObjects";
import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { outputs, workers } from "../support/cloud";
import { IMAGE, inPod, kubectl, Pod, toolPods } from "../support/kube";

const NAME = "check-hardening";
const PKI = "/etc/kubernetes/pki";
const controlPlane = () => outputs().nodes.find(({ role }) => role === "control-plane")!;
const onControlPlane = (command: string) => inGuest(controlPlane().instanceId, ["sh", "-c", command]);
const create = (object: object, ...options: string[]) =>
  kubectl(["create", "-f", "-", ...options], JSON.stringify(object));

let pods: Pod[];
beforeAll(async () => {
  pods = await toolPods();
}, 240_000);

/** A request with a worker's own client certificate, as whoever has taken that worker would make it: the status. */
async function asKubelet(instanceId: string, path: string, ...more: string[]): Promise<string> {
  const credentials = ["--cacert", `${PKI}/ca.crt`, "--cert", `${PKI}/kubelet.crt`, "--key", `${PKI}/kubelet.key`];
  const url = `https://${controlPlane().address}:6443${path}`;
  const output = ["-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}"];
  return inGuest(instanceId, ["curl", ...output, ...credentials, ...more, url]);
}

describe("what the API admits", () => {
  const pod = (namespace: string, spec: object = {}, context?: object) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${NAME}-admission`, namespace },
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

describe("the control plane's programs", () => {
  const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];

  test("run as users of their own, without capabilities", async () => {
    for (const program of PROGRAMS) {
      const pid = (await onControlPlane(`systemctl show --value -p MainPID ${program}`)).trim();
      const status = await onControlPlane(`ps -o user:32= -p ${pid}; grep -E '^Cap(Eff|Bnd)' /proc/${pid}/status`);
      expect([program, ...status.trim().split(/\s+/)]).toEqual([
        ...[program, program],
        ...["CapEff:", "0".repeat(16), "CapBnd:", "0".repeat(16)],
      ]);
    }
  });

  test("read their own keys and not each other's, nor does anybody else", async () => {
    const readable = async (user: string) => {
      const list = `ls ${PKI}/*.key /etc/kubernetes/encryption.yaml`;
      const said = await onControlPlane(
        `for f in $(${list}); do runuser -u ${user} -- test -r $f && echo $f; done; true`,
      );
      return said
        .split("\n")
        .filter(Boolean)
        .map((file) => file.replace(/^.*\//, ""))
        .sort();
    };
    const keys = (...names: string[]) => names.map((name) => `${name}.key`);
    expect(await readable("etcd")).toEqual(keys("etcd"));
    expect(await readable("kube-apiserver")).toEqual(
      [
        ...keys("apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client"),
        ...["encryption.yaml", "service-account.key"],
      ].sort(),
    );
    expect(await readable("kube-controller-manager")).toEqual(keys("controller-manager", "service-account"));
    expect(await readable("kube-scheduler")).toEqual(keys("scheduler"));
    expect(await readable("nobody")).toEqual([]);
  });

  test("own their folders: the store, and the audit log", async () => {
    const owners = await onControlPlane("stat -c '%U %a %n' /var/lib/etcd; stat -c '%U %n' /var/log/kubernetes");
    expect(owners.trim().split("\n")).toEqual(["etcd 700 /var/lib/etcd", "kube-apiserver /var/log/kubernetes"]);
  });

  test("sit beside no authority's key, whatever its name", async () => {
    const authorities = await onControlPlane(
      `for f in ${PKI}/*ca.crt; do openssl x509 -in $f -noout -pubkey | sha256sum; done 2>/dev/null | sort -u`,
    );
    const held = await onControlPlane(
      `for f in ${PKI}/*.key; do openssl pkey -in $f -pubout | sha256sum; done 2>/dev/null | sort -u`,
    );
    const lines = (text: string) => text.trim().split("\n").filter(Boolean);
    expect(lines(authorities)).toHaveLength(3);
    expect(lines(held).length).toBeGreaterThanOrEqual(8);
    expect(lines(held).filter((digest) => lines(authorities).includes(digest))).toEqual([]);
    const names = await onControlPlane(`find / -xdev -name '*ca.key' 2>/dev/null; true`);
    expect(names.trim()).toBe("");
  });
});

describe("who may do what", () => {
  test("the administrator's kubeconfig administers, by a binding and not by system:masters", async () => {
    const { status } = JSON.parse(await kubectl(["auth", "whoami", "-o", "json"])) as {
      status: { userInfo: { username: string; groups: string[] } };
    };
    const { username, groups } = status.userInfo;
    expect(username).toMatch(/^kubernetes-admin:[0-9a-f]{16}$/);
    expect(groups).toEqual(["system:authenticated"]);
    expect((await kubectl(["auth", "can-i", "*", "*", "--all-namespaces"])).trim()).toBe("yes");
    const { subjects } = JSON.parse(
      await kubectl(["get", "clusterrolebinding", "hostroute:administrator", "-o", "json"]),
    ) as { subjects: { name: string }[] };
    expect(subjects.map(({ name }) => name)).toEqual([username]);
  });

  test("the API server reaches kubelets, with a user that may do nothing else", async () => {
    for (const pod of pods) {
      expect((await inPod(pod, "hostname")).trim()).toBe(pod.name);
      await inPod(pod, "/bin/podtool", "get", "http://127.0.0.1:8080/for-the-log");
      expect(await kubectl(["logs", pod.name])).toContain("/for-the-log");
    }
    const may = (...what: string[]) =>
      kubectl(["auth", "can-i", ...what, "--as=kube-apiserver-kubelet-client"]).catch(() => "no");
    expect((await may("create", "nodes", "--subresource=proxy")).trim()).toBe("yes");
    for (const verb of ["get", "list"]) expect((await may(verb, "secrets", "--all-namespaces")).trim()).toBe("no");
  });

  test("a kubelet's credentials move its node to no other pool, and leave no pool", async () => {
    const { instanceId, name, pool } = workers()[0]!;
    const path = `/api/v1/nodes/${name}`;
    const patch = (labels: object) =>
      asKubelet(
        instanceId,
        path,
        ...["-X", "PATCH", "-H", "Content-Type: application/merge-patch+json"],
        ...["-d", JSON.stringify({ metadata: { labels } })],
      );
    expect(await patch({ [POOL_LABEL]: "other" })).toBe("403");
    expect(await patch({ [POOL_LABEL]: null })).toBe("403");
    // With the same credentials, what a kubelet may do: the request itself is sound.
    expect(await patch({ "kubelet.kubernetes.io/check": "1" })).toBe("200");
    await kubectl(["label", "node", name, "kubelet.kubernetes.io/check-"]);
    const found = await kubectl(["get", "nodes", "-l", `${POOL_LABEL}=${pool}`, "-o", "name"]);
    expect(found.trim().split("\n")).toContain(`node/${name}`);
  });
});

describe("a Secret that a worker's kubelet reads for its own pod", () => {
  const REMOVE = ["delete", "--ignore-not-found", "--wait=true", `pod/${NAME}`, `secret/${NAME}`];
  beforeAll(async () => {
    await kubectl(REMOVE);
    const metadata = { name: NAME };
    const volume = { name: "secret", secret: { secretName: NAME } };
    const spec = {
      nodeName: workers()[0]!.name,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "main", image: IMAGE, volumeMounts: [{ name: "secret", mountPath: "/secret" }] }],
      volumes: [volume],
    };
    await create({ apiVersion: "v1", kind: "Secret", metadata, stringData: { value: "not to be in the log" } });
    await create({ apiVersion: "v1", kind: "Pod", metadata, spec });
    await kubectl(["wait", "--for=condition=Ready", `pod/${NAME}`, "--timeout=60s"]);
  }, 120_000);
  afterAll(() => kubectl(REMOVE), 60_000);

  interface Event {
    level: string;
    verb: string;
    user: { username: string };
    objectRef?: { resource: string; name?: string };
    responseStatus?: { code: number };
  }
  /** What the audit log has of requests for this Secret. */
  async function events(): Promise<Event[]> {
    const lines = await onControlPlane(`grep -F '"${NAME}"' /var/log/kubernetes/audit.log || true`);
    const all = lines
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Event);
    return all.filter(({ objectRef }) => objectRef?.resource === "secrets" && objectRef.name === NAME);
  }
  const of = (name: string) => async () =>
    (await events()).filter(({ user, verb }) => user.username === `system:node:${name}` && verb !== "create");

  test("stands in the audit log, without its content", async () => {
    const read = await waitFor(
      "the log's line",
      async () => {
        const found = await of(workers()[0]!.name)();
        return found.length > 0 ? found : undefined;
      },
      30_000,
      1_000,
    );
    expect(new Set(read.map(({ level }) => level))).toEqual(new Set(["Metadata"]));
    expect(await onControlPlane("grep -c 'not to be in the log' /var/log/kubernetes/audit.log || true")).toBe("0\n");
  });

  test("is refused to another worker, which the log says, too", async () => {
    const other = workers()[1]!;
    expect(await asKubelet(other.instanceId, `/api/v1/namespaces/default/secrets/${NAME}`)).toBe("403");
    const codes = async () => (await of(other.name)()).map(({ responseStatus }) => responseStatus?.code);
    expect(await waitFor("the log's line", async () => (await codes()).includes(403), 30_000, 1_000)).toBe(true);
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

test("the kubeconfig's certificate ends when certificates.adminValidityHours says", () => {
  const { users } = parse(outputs().kubeconfig) as { users: { user: Record<string, string> }[] };
  const pem = Buffer.from(users[0]!.user["client-certificate-data"]!, "base64");
  const { validFrom, validTo, subject } = new X509Certificate(pem);
  expect(Math.round((Date.parse(validTo) - Date.parse(validFrom)) / 3_600_000)).toBe(2_160);
  expect(subject).toMatch(/^CN=kubernetes-admin:[0-9a-f]{16}$/);
});
