import { X509Certificate } from "node:crypto";
import { parse } from "yaml";
import { POOL_LABEL } from "../../components/objects/nodeObjects";
import { waitFor } from "../../lab/shell";
import { asKubelet, onControlPlane } from "../support/asNode";
import { outputs, workers } from "../support/cloud";
import { create, IMAGE, inPod, kubectl, Pod, toolPods } from "../support/kube";

const NAME = "check-rights";

let pods: Pod[];
beforeAll(async () => {
  pods = await toolPods();
}, 240_000);

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

test("the kubeconfig's certificate ends when certificates.adminValidityHours says", () => {
  const { users } = parse(outputs().kubeconfig) as { users: { user: Record<string, string> }[] };
  const pem = Buffer.from(users[0]!.user["client-certificate-data"]!, "base64");
  const { validFrom, validTo, subject } = new X509Certificate(pem);
  expect(Math.round((Date.parse(validTo) - Date.parse(validFrom)) / 3_600_000)).toBe(2_160);
  expect(subject).toMatch(/^CN=kubernetes-admin:[0-9a-f]{16}$/);
});
