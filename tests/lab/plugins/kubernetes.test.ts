import { configChanges, kubernetesKinds } from "../../../lab/plugins/kubernetes";
import { clusterOf } from "../../../lab/plugins/kubernetes/cluster";
import { parseKubeconfig } from "../../../lab/plugins/kubernetes/kubeconfig";
import { deploymentWaits, serviceWaits } from "../../../lab/plugins/kubernetes/ready";
import { Props, secret, UNKNOWN } from "../../../lab/plugins/protocol/values";
import { Engine } from "./engine";
import { FakeKubernetes } from "./fakeKubernetes";

const NODE = "kubernetes:core/v1:Node";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

let api: FakeKubernetes;
let config: Props;
let known: boolean;
let engine: Engine;
beforeEach(() => {
  api = new FakeKubernetes();
  config = {};
  known = true;
  fresh();
});
/** A process of its own, as each of the engine's operations has one. */
const fresh = () => {
  const cluster = clusterOf(
    () => (known ? api : undefined),
    () => config,
    1,
  );
  engine = new Engine({
    name: "kubernetes",
    version: "0",
    config: {},
    acceptSecrets: true,
    kinds: kubernetesKinds(cluster),
  });
};

const node = (over: Props = {}, spec: Props = {}) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "w", labels: { pool: "a" }, annotations: { "pulumi.com/patchForce": "true" }, ...over },
  spec: {
    podCIDR: "10.200.0.0/24",
    podCIDRs: ["10.200.0.0/24"],
    taints: [{ key: "k", effect: "NoSchedule" }],
    ...spec,
  },
});
const configMap = (data: Props, metadata: Props = { name: "c", namespace: "kube-public" }) => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata, data },
});
const deployment = (spec: Props = {}) => ({
  ...{
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d", namespace: "kube-system", labels: {}, annotations: {} },
  },
  spec: {
    replicas: 2,
    selector: { matchLabels: { a: "b" } },
    template: { spec: { containers: [{ name: "c", image: "i" }] } },
    ...spec,
  },
});
const rolledOut = (object: Props) => {
  if (object.kind === "Deployment")
    object.status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
};
const AT_NODE = "/api/v1/nodes/w";

describe("an object", () => {
  it("is applied with a manager of its own, and nothing of it is ignored", async () => {
    const made = await engine.create(NODE, node());
    const { query, path, type } = api.requests.find(({ method }) => method === "PATCH")!;
    expect([made.id, path, type]).toEqual(["w", AT_NODE, "application/apply-patch+yaml"]);
    expect(query).toEqual({ fieldManager: made.state.__fieldManager, force: "true", fieldValidation: "Strict" });
    expect(made.state.__fieldManager).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
    await engine.update(made, node({ labels: { pool: "b" } }));
    expect(api.requests.at(-1)!.query.fieldManager).toBe(made.state.__fieldManager);
  });

  it("reads back as it was made, whatever others write to it", async () => {
    const made = await engine.create(NODE, node());
    const live = api.objects.get(AT_NODE)! as { metadata: { labels: Props }; spec: { taints: unknown[] } } & Props;
    live.metadata.labels["kubernetes.io/hostname"] = "w";
    live.spec.taints.push({ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" });
    live.status = { addresses: [] };
    const now = (await engine.refresh(made))!;
    expect(now.inputs).toEqual(made.inputs);
    expect(now.state).toMatchObject({
      status: { addresses: [] },
      spec: { taints: [{ key: "k" }, { key: "node.kubernetes.io/not-ready" }] },
    });
    expect(await engine.diff(now, node())).toMatchObject({ some: false });
  });

  it("shows what was changed by hand in what the program says", async () => {
    const made = await engine.create(NODE, node());
    const live = api.objects.get(AT_NODE)! as { metadata: { labels: Props }; spec: { taints: unknown[] } };
    live.metadata.labels.pool = "z";
    live.spec.taints = [];
    const now = (await engine.refresh(made))!;
    expect(await engine.diff(now, node())).toMatchObject({
      detailed: { "metadata.labels.pool": "updates", "spec.taints[0]": "adds" },
      replaces: [],
    });
    api.objects.delete(AT_NODE);
    expect(await engine.refresh(made)).toBeUndefined();
  });

  it("that exists already is not taken over, unless the provider says so", async () => {
    await engine.create(NODE, node());
    await expect(engine.create(NODE, node())).rejects.toThrow("Node w exists already, and Pulumi does not know it");
    config = { upsertExistingObjects: true };
    await engine.create(NODE, node());
  });

  it("is imported by its id alone, as far as a program could say it", async () => {
    const made = await engine.create(CONFIG_MAP, configMap({ a: "1" }));
    expect(made.id).toBe("kube-public/c");
    const imported = (await engine.import(CONFIG_MAP, made.id))!;
    expect(imported.inputs).toEqual(made.inputs);
    expect((await engine.check(CONFIG_MAP, imported.inputs)).failures).toEqual({});
    expect(await engine.diff(imported, made.inputs)).toMatchObject({ some: false });
  });

  it("is imported with all that stands deep inside of it", async () => {
    api.settle = rolledOut;
    const made = await engine.create(DEPLOYMENT, deployment());
    const imported = (await engine.import(DEPLOYMENT, made.id))!;
    expect(imported.inputs.spec).toEqual(made.inputs.spec);
    expect((await engine.diff(imported, made.inputs)).detailed).toEqual({});
  });

  it("without a namespace is in the default one", async () => {
    const made = await engine.create(CONFIG_MAP, configMap({ a: "1" }, { name: "c" }));
    expect(made.id).toBe("default/c");
    expect(await engine.diff(made, made.inputs)).toMatchObject({ some: false });
    const moved = await engine.diff(made, configMap({ a: "1" }));
    expect(moved).toMatchObject({ replaces: ["metadata.namespace"], deleteBeforeReplace: false });
  });

  it("is deleted with what belongs to it, once and for all", async () => {
    const made = await engine.create(NODE, node());
    await engine.remove(made);
    await engine.remove(made);
    expect(api.requests.find(({ method }) => method === "DELETE")!.body).toEqual({ propagationPolicy: "Foreground" });
    expect(api.objects.size).toBe(0);
  });
});

describe("changes", () => {
  it.each<[string, string, Props, Props, string[]]>([
    ["another podCIDR, which the provider knows nothing of", NODE, node(), node({}, { podCIDR: "10.200.1.0/24" }), []],
    ["another name", NODE, node(), node({ name: "v" }), ["metadata.name"]],
    ["content of a ConfigMap", CONFIG_MAP, configMap({ a: "1" }), configMap({ a: "2" }), ["data.a"]],
    [
      "a selector",
      DEPLOYMENT,
      deployment(),
      deployment({ selector: { matchLabels: { a: "c" } } }),
      ["spec.selector.matchLabels.a"],
    ],
    [
      "an image",
      DEPLOYMENT,
      deployment(),
      deployment({ template: { spec: { containers: [{ name: "c", image: "j" }] } } }),
      [],
    ],
  ])("%s", async (_what, type, before, after, replaces) => {
    api.settle = rolledOut;
    const made = await engine.create(type, before);
    expect(await engine.diff(made, after)).toMatchObject({ some: true, replaces });
  });

  it("of a ConfigMap's content are made in place where the provider says so", async () => {
    config = { enableConfigMapMutable: true };
    const made = await engine.create(CONFIG_MAP, configMap({ a: "1" }));
    expect(await engine.diff(made, configMap({ a: "2" }))).toMatchObject({
      detailed: { "data.a": "updates" },
      replaces: [],
    });
    expect(await engine.diff(made, configMap({ a: "1" }, { name: "d", namespace: "kube-public" }))).toMatchObject({
      replaces: ["metadata.name"],
    });
  });

  it("delete first where the name stays", async () => {
    const made = await engine.create(CONFIG_MAP, configMap({ a: "1" }));
    expect((await engine.diff(made, configMap({ a: "2" }))).deleteBeforeReplace).toBe(true);
  });

  it("are none for empty maps, and some for what is not known yet", async () => {
    api.settle = rolledOut;
    const made = await engine.create(DEPLOYMENT, deployment());
    expect(await engine.diff(made, deployment())).toMatchObject({ some: false });
    expect(await engine.diff(made, deployment({ replicas: UNKNOWN }))).toMatchObject({
      detailed: { "spec.replicas": "updates" },
    });
  });
});

describe("a preview", () => {
  it("tries the object out, and changes nothing", async () => {
    expect(await engine.previewCreate(NODE, node())).toMatchObject({ metadata: { uid: "u" } });
    expect([api.requests.at(-1)!.query.dryRun, api.objects.size]).toEqual(["All", 0]);
  });
  it("refuses what the API does not know", async () => {
    await expect(engine.previewCreate(NODE, node({}, { taints: [{ unknownField: 1 }] }))).rejects.toThrow(
      "unknown field",
    );
  });
  it("gives the inputs where no cluster can be asked, or the object will go before", async () => {
    await engine.create(NODE, node());
    expect(await engine.previewCreate(NODE, node())).toEqual(node());
    api.up = false;
    fresh();
    expect(await engine.previewCreate(CONFIG_MAP, configMap({ a: "1" }))).toEqual(configMap({ a: "1" }));
    known = false;
    fresh();
    expect(await engine.previewCreate(CONFIG_MAP, configMap({ a: UNKNOWN }))).toEqual(configMap({ a: UNKNOWN }));
  });
});

describe("a cluster that cannot be reached", () => {
  it("fails what is asked of it", async () => {
    const made = await engine.create(NODE, node());
    api.up = false;
    fresh();
    await expect(engine.refresh(made)).rejects.toThrow("cannot be reached: connect ECONNREFUSED");
    await expect(engine.remove(made)).rejects.toThrow("cannot be reached");
  });
});

describe("secrets", () => {
  it("stay secret where they stand, and nowhere else", async () => {
    const made = await engine.create(CONFIG_MAP, configMap({ a: secret("s"), b: "1" }));
    expect(made.state.data).toEqual({ a: secret("s"), b: "1" });
    expect((await engine.refresh(made))?.inputs.data).toEqual({ a: secret("s"), b: "1" });
  });
});

describe("waiting", () => {
  const status = (over: Props) => ({
    ...{ metadata: { generation: 2 }, spec: { replicas: 2 } },
    status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, ...over },
  });
  it.each<[Props, string | undefined]>([
    [{}, undefined],
    [{ observedGeneration: 1 }, "the controller has not seen it yet"],
    [{ updatedReplicas: 1 }, "1 of 2 pods are of its newest kind"],
    [{ replicas: 3 }, "1 old pods are still there"],
    [{ availableReplicas: 1 }, "1 of 2 pods are available"],
  ])("for a Deployment: %o", (over, because) => {
    expect(deploymentWaits(status(over))?.because).toBe(because);
  });
  it("ends where the Deployment's own deadline has passed", () => {
    const conditions = [{ type: "Progressing", reason: "ProgressDeadlineExceeded", message: "too late" }];
    expect(deploymentWaits(status({ conditions }))).toEqual({ because: "too late", failed: true });
  });
  it.each<[Props, Props[], boolean]>([
    [{ selector: { a: "b" } }, [], true],
    [{ selector: { a: "b" } }, [{ endpoints: [{ conditions: { ready: false } }] }], true],
    [{ selector: { a: "b" } }, [{ endpoints: [{ conditions: { ready: true } }] }], false],
    [{}, [], false],
    [{ selector: { a: "b" }, clusterIP: "None" }, [], false],
  ])("for a Service: %j with %j", (spec, slices, waits) => {
    expect(serviceWaits({ spec }, slices) !== undefined).toBe(waits);
  });
  it("goes on until the pods are there", async () => {
    setTimeout(() => rolledOut([...api.objects.values()][0]!), 20);
    expect((await engine.create(DEPLOYMENT, deployment())).state).toMatchObject({ status: { availableReplicas: 2 } });
  });
  it("fails at last, but keeps the object", async () => {
    const impatient = deployment();
    impatient.metadata.annotations = { "pulumi.com/timeoutSeconds": "0.01" };
    const failure = await engine.create(DEPLOYMENT, impatient).catch((error: Error & { metadata?: unknown }) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining("was applied, but is not ready") as string });
    expect(
      (failure as { metadata: { get(name: string): unknown[] } }).metadata.get("grpc-status-details-bin"),
    ).toHaveLength(1);
  });
});

it.each<[string, string, Props, string]>([
  ["a member of the object", CONFIG_MAP, { ...configMap({}), immutable: true }, "immutable"],
  ["a member of its metadata", NODE, node({ generateName: "n-" }), "metadata.generateName"],
  ["a member of its spec", NODE, node({}, { providerID: "x" }), "spec.providerID"],
  ["an object without a name", NODE, node({ name: undefined }), "metadata.name"],
  [
    "an annotation for the provider",
    NODE,
    node({ annotations: { "pulumi.com/waitFor": "x" } }),
    'metadata.annotations["pulumi.com/waitFor"]',
  ],
])("refuses %s", async (_what, type, inputs, property) => {
  expect((await engine.check(type, inputs)).failures).toHaveProperty([property]);
});

describe("a kubeconfig", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const kubeconfig = (server: string, user: Props = { token: "t" }) =>
    JSON.stringify(
      {
        ...{ "current-context": "x", contexts: [{ name: "x", context: { cluster: "c", user: "u" } }] },
        clusters: [{ name: "c", cluster: { server, "certificate-authority-data": base64("ca") } }],
        users: [{ name: "u", user }],
      },
      undefined,
      1,
    );
  it("is read in memory", () => {
    const user = { "client-certificate-data": base64("cert"), "client-key-data": base64("key") };
    expect(parseKubeconfig(kubeconfig("https://a:6443", user))).toEqual({
      server: "https://a:6443",
      ca: "ca",
      cert: "cert",
      key: "key",
    });
  });
  it("is refused where it asks for more than that", () => {
    expect(() => parseKubeconfig(kubeconfig("https://a", { exec: { command: "x" } }))).toThrow(
      "do not implement user.exec",
    );
    expect(() => parseKubeconfig("\n")).toThrow("The kubeconfig has no context");
  });
  it.each<[string, Props, Props, string[]]>([
    [
      "another user",
      { kubeconfig: kubeconfig("https://a") },
      { kubeconfig: kubeconfig("https://a", { token: "s" }) },
      [],
    ],
    [
      "another server",
      { kubeconfig: kubeconfig("https://a") },
      { kubeconfig: kubeconfig("https://b") },
      ["kubeconfig"],
    ],
    ["one not known yet", { kubeconfig: kubeconfig("https://a") }, { kubeconfig: UNKNOWN }, ["kubeconfig"]],
    [
      "another server of the same cluster",
      { kubeconfig: kubeconfig("https://a"), clusterIdentifier: "c" },
      { kubeconfig: kubeconfig("https://b"), clusterIdentifier: "c" },
      [],
    ],
    ["another cluster", { clusterIdentifier: "c" }, { clusterIdentifier: "d" }, ["clusterIdentifier"]],
    ["a name for the cluster", {}, { clusterIdentifier: "d" }, []],
  ])("%s", (_what, old, goal, replaced) => {
    const found = configChanges(old, goal);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ replaces }) => replaces).map(({ path }) => path[0])).toEqual(replaced);
  });
});
