import * as pulumi from "@pulumi/pulumi";
import { asNeutron } from "../../components/network/hostRoutes/table";
import { ClusterObjects } from "../../components/objects/clusterObjects";
import { IssuedCertificates } from "../../components/pki/credentials";
import { Raw, specOf } from "../fixtures";
import { allRegistered, failureOf, promiseOf, Recorder, observedOutput, spyOnOptions, startMocks } from "../mocks";

const KUBECONFIG = "the program's own kubeconfig";
let mocks: Recorder;
let options: Map<string, pulumi.ResourceOptions>;
let cluster: pulumi.Resource;
/** By node, its server. */
let machines: Map<string, pulumi.Resource>;
/** Whether the cluster's control plane runs when the update begins. */
let running = true;
/** Whether an update of it has ever ended well. */
let hasRun = true;
beforeEach(() => void (running = hasRun = true));

/** The objects of a cluster whose servers are there; of the plan's host routes, those that are `lost` are gone at the end. */
async function made(raw: Raw, lost: readonly string[] = [], reported = ""): Promise<ClusterObjects> {
  mocks = await startMocks();
  mocks.running = reported;
  const { opts, seen } = spyOnOptions();
  options = seen;
  const spec = specOf(raw);
  const { plan } = spec;
  mocks.observe = () => observedOutput(plan.routes);
  const held = plan.routes.filter(({ node }) => !lost.includes(node));
  // What the cluster's own transformations leave, its parent sees.
  cluster = new pulumi.ComponentResource("test:index:Cluster", "cluster", {}, opts);
  machines = new Map(
    [...plan.controlPlane, ...plan.workers].map(({ name }) => [
      name,
      new pulumi.ComponentResource("hostroute:machines:Machine", name),
    ]),
  );
  const objects = new ClusterObjects(
    "dev",
    {
      spec,
      kubeconfig: pulumi.secret(KUBECONFIG),
      administrator: pulumi.output("kubernetes-admin:0123"),
      endpoint: pulumi.output("https://10.106.1.250:6443"),
      subnetId: pulumi.output("s1"),
      readHostRoutes: (subnetId) => Promise.resolve(subnetId === "s1" ? asNeutron(held) : []),
      hostRoutes: new pulumi.ComponentResource("hostroute:network:PodRoutes", "dev"),
      goneWith: cluster,
      restores: 3,
      machines: new Map(plan.controlPlane.map(({ name }) => [name, machines.get(name)!])),
      workers: new Map(
        plan.workers.map(({ name }) => {
          const machine = machines.get(name)!;
          const worker = {
            machine: Object.assign(machine, { server: machine }),
            certificates: certificates(name, "worker"),
          };
          return [name, Promise.resolve(worker)];
        }),
      ),
      given: (when, resources) => Promise.resolve(when === running ? [...resources] : []),
      hasRun: Promise.resolve(hasRun),
      certificates: plan.controlPlane.map(({ name, role }) => certificates(name, role)),
      nodes: [...plan.controlPlane, ...plan.workers].map((node) => ({
        ...node,
        portId: pulumi.output(`port of ${node.name}`),
        instanceId: pulumi.output(`server of ${node.name}`),
      })),
    },
    { parent: cluster },
  );
  await allRegistered();
  await promiseOf(objects.observedRoutes);
  return objects;
}

const certificates = (node: string, role: IssuedCertificates["role"]) => ({
  ...{ node, role },
  files: pulumi.output<Record<string, string>>({}),
});
const inputsOf = (type: string, name: string) =>
  mocks.resources.find((each) => each.type === type && each.name === name)?.inputs;
const ofKubernetes = () => mocks.resources.filter(({ type }) => type.startsWith("kubernetes:"));
const TWO: Raw = { controlPlane: { count: 3 }, workerPools: [{ name: "worker", count: 2 }] };

it("says everything to the new cluster, and nothing to the one that the operator's own kubectl is for", async () => {
  await made(TWO);
  expect(inputsOf("pulumi:providers:kubernetes", "dev")).toMatchObject({
    kubeconfig: { secret: KUBECONFIG },
    clusterIdentifier: "dev",
  });
  // A refresh while the API is away would drop all of them from the state.
  expect(inputsOf("pulumi:providers:kubernetes", "dev")).not.toHaveProperty("deleteUnreachable");
  const providers = ofKubernetes().map(({ type, name }) => mocks.providers.get(`${type} ${name}`));
  expect(providers).toHaveLength(23); // own ports 1, DNS 7, access 2, etcd 2, certificates 2 and one a node, Node objects 2, routes 2
  for (const provider of providers) expect(provider).toMatch(/pulumi:providers:kubernetes::dev::dev-id$/);
});

interface Named {
  __pulumiType: string;
  __name: string;
}
const shown = (resources: readonly Named[]) =>
  resources.map(({ __pulumiType, __name }) => `${__pulumiType.split(":").at(-1)} ${__name}`);
/** What a resource is told to wait for. */
const before = async (name: string) =>
  shown(await Promise.all((await options.get(name)?.dependsOn) as unknown as Promise<Named>[]));
const MEMBERS = [0, 1, 2].map((n) => `Command dev-control-plane-${n}-in-service`);

it("begins when the API is ready, and asks for the outcome when the Node objects are there", async () => {
  await made(TWO);
  expect(await before("kubernetes dev")).toEqual(["ApiReady dev"]);
  // The API server's rights towards kubelets come before certificates with the name that has them.
  expect(await before("NodeCertificates dev")).toEqual(["Access dev", ...MEMBERS]);
  expect(await before("Command dev-nodes")).toEqual([...MEMBERS, "Node dev-worker-0", "Node dev-worker-1"]);
});

it("publishes the plan when host routes are written, and again when workers that leave are empty and all others in service", async () => {
  await made(TWO);
  expect(await before("PublishedRoutes dev")).toEqual(["PodRoutes dev", ...MEMBERS]);
  const workers = [0, 1].map((n) => `Command dev-worker-${n}-in-service`);
  expect(await before("ConfigMap dev-routes-settled")).toEqual([
    "ConfigMap dev-routes",
    "Command dev-departures",
    ...MEMBERS,
    ...workers,
  ]);
});

it("has Secrets written anew when all API servers have the keys, and looks at routes when all nodes trust whom they are to", async () => {
  const next = { known: [1, 2], used: 2 };
  await made({ ...TWO, keys: { authorities: next, encryption: next } });
  expect(await before("Command dev-encrypted")).toEqual(["ApiReady dev", ...MEMBERS]);
  expect(inputsOf("command:local:Command", "dev-encrypted")?.triggers).toEqual([2, 3]);
  const taken = ["control-plane-0", "control-plane-1", "control-plane-2", "worker-0", "worker-1"];
  expect(await before("Command dev-nodes")).toEqual([
    ...MEMBERS,
    "Node dev-worker-0",
    "Node dev-worker-1",
    ...taken.map((node) => `Command dev-${node}-certificates-taken`),
  ]);
});

it("has nothing written while API servers restart to go by new authorities, and waits for each node from its time in service on", async () => {
  await made({ ...TWO, keys: { authorities: { known: [1, 2], used: 2 } } });
  const ofControlPlane = [0, 1, 2].map((n) => `Command dev-control-plane-${n}-certificates-taken`);
  expect(await before("NodeCertificates dev")).toEqual(["Access dev", ...MEMBERS]);
  for (const name of ["NodeObjects dev", "OwnPorts dev", "ClusterDns dev"])
    expect(await before(name)).toEqual([...MEMBERS, ...ofControlPlane]);
  expect(await before("PublishedRoutes dev")).toEqual(["PodRoutes dev", ...MEMBERS, ...ofControlPlane]);
  for (const node of ["control-plane-0", "control-plane-2", "worker-0", "worker-1"])
    expect(await before(`Command dev-${node}-certificates-taken`)).toEqual([
      `ConfigMap dev-${node}-certificates`,
      `Command dev-${node}-in-service`,
    ]);
  // The same with an only server, whose API is away for all of its restart.
  await made({ workerPools: [{ name: "worker", count: 1 }], keys: { authorities: { known: [1, 2], used: 2 } } });
  expect(await before("NodeObjects dev")).toEqual(ofControlPlane.slice(0, 1));
  expect(await before("Command dev-control-plane-0-certificates-taken")).toEqual([
    "ConfigMap dev-control-plane-0-certificates",
    "ApiReady dev",
  ]);
});

it("publishes none where the operator says that host routes have all", async () => {
  await made({ ...TWO, network: { routeTier: "subnet" } });
  expect(ofKubernetes().filter(({ name }) => name.startsWith("dev-routes"))).toEqual([]);
});

it("has a worker's object between its server and its time in service, which follows the server", async () => {
  await made(TWO);
  expect(await before("Node dev-worker-1")).toEqual(["Machine dev-worker-1"]);
  expect(await before("Command dev-worker-1-in-service")).toEqual(["ApiReady dev", "Node dev-worker-1"]);
  expect(inputsOf("command:local:Command", "dev-worker-1-in-service")?.triggers).toEqual(["server of dev-worker-1"]);
  expect(inputsOf("command:local:Command", "dev-departures")?.environment).toEqual({
    WORKERS: "dev-worker-0 dev-worker-1",
    DRAIN_TIMEOUT: "900",
  });
});

it("has add-ons follow a control plane that runs, and workers that are replaced or leave follow the add-ons", async () => {
  await made(TWO);
  expect(await before("ClusterDns dev")).toEqual(MEMBERS);
  // In the end it is the API that they wait for: DNS may need a worker that is broken.
  expect(await before("Departures dev")).toEqual(["ApiReady dev"]);
  const order = mocks.resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
  expect(order.indexOf("Deployment dev-dns")).toBeLessThan(order.indexOf("Command dev-departures"));
});

it("has nobody wait for DNS as long as no update has ended well: it may need the workers that would wait", async () => {
  hasRun = false;
  await made(TWO);
  expect(await before("Departures dev")).toEqual(["ApiReady dev", ...MEMBERS]);
});

it("says at the end that the cluster's programs are of several minor releases, as far as they are in the plan", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const answer = (worker: string) =>
    `{"gitVersion": "v1.36.3"}\nnode dev-worker-0 v1.36.3\nnode dev-worker-1 ${worker}\nnode other v1.34.1\n`;
  await made(TWO, [], answer("v1.35.6"));
  expect(warn.mock.calls.map(([said]) => said)).toEqual([
    expect.stringMatching(/Kubelets: 1\.35\.6 \(dev-worker-1\), 1\.36\.3 \(dev-worker-0\)\n/),
  ]);
  warn.mockClear();
  await made(TWO, [], answer("v1.36.3"));
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

it("goes with the cluster, unasked: every object of the API, and what would drain nodes, and nothing else", async () => {
  const { departures, inService } = await made(TWO);
  const objects = ofKubernetes().map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
  const drains = [...MEMBERS, "Command dev-worker-0-in-service", "Command dev-worker-1-in-service"];
  const gone = [...options].filter(([, { deletedWith }]) => deletedWith === cluster).map(([name]) => name);
  expect(gone.sort()).toEqual([...objects, ...drains].sort());
  // What is put out for the order of servers.
  const name = (resource: pulumi.Resource | undefined) => (resource as unknown as { __name: string }).__name;
  expect(name(departures)).toBe("dev-departures");
  const found = await Promise.all([...inService].map(async ([node, resource]) => [node, name(await resource)]));
  expect(found).toEqual([
    ...[0, 1, 2].map((n) => [`dev-control-plane-${n}`, `dev-control-plane-${n}-in-service`]),
    ["dev-worker-0", "dev-worker-0-in-service"],
    ["dev-worker-1", "dev-worker-1-in-service"],
  ]);
});

const triggers = (name: string) => inputsOf("command:local:Command", name)?.triggers;

it("waits for each of several control-plane servers, and for all members of etcd when one is new", async () => {
  await made(TWO);
  for (const n of [0, 1, 2])
    expect(triggers(`dev-control-plane-${n}-in-service`)).toEqual([`server of dev-control-plane-${n}`, "m1.medium"]);
  expect(triggers("dev-etcd-members")).toEqual([0, 1, 2].map((n) => `server of dev-control-plane-${n}`));
  expect(triggers("dev-nodes")).toEqual([0, 1].map((n) => `server of dev-worker-${n}`));
});

it("has nothing that a member's time in service waits for wait for servers whose turn comes later", async () => {
  await made(TWO);
  expect(await before("Command dev-control-plane-0-in-service")).toEqual(["Role dev-etcd", "RoleBinding dev-etcd"]);
  expect(await before("EtcdMembers dev")).toEqual(["ApiReady dev"]);
  expect([triggers("dev-api-ready"), await before("ApiReady dev")]).toEqual([[], []]);
});

it("waits, in a new cluster, for all servers before it asks for the API, and for no member's time in service", async () => {
  running = false;
  await made(TWO);
  expect(await before("ApiReady dev")).toEqual([0, 1, 2].map((n) => `Machine dev-control-plane-${n}`));
  expect(await before("NodeObjects dev")).toEqual([]);
  expect(await before("Departures dev")).toEqual(["ApiReady dev"]);
});

it("asks nobody else while a control plane's servers may be replaced", async () => {
  await made(TWO);
  for (const name of ["Access dev", "NodeObjects dev", "OwnPorts dev", "ClusterDns dev"])
    expect(await before(name)).toEqual(MEMBERS);
});

it("waits again for the API when the only control-plane server is new", async () => {
  const { inService } = await made({ workerPools: [{ name: "worker", count: 1 }] });
  expect(triggers("dev-api-ready")).toEqual(["server of dev-control-plane-0"]);
  expect([...inService.keys()]).toEqual(["dev-control-plane-0", "dev-worker-0"]);
});

it("says what Kubernetes has", async () => {
  const { observedRoutes } = await made(TWO);
  expect(await promiseOf(observedRoutes)).toEqual([
    { address: "10.106.1.2", podCidr: "10.200.0.0/24" },
    { address: "10.106.1.3", podCidr: "10.200.1.0/24" },
  ]);
});

it("fails when a host route is missing at the end, though Kubernetes has the plan", async () => {
  const failure = await failureOf(() => made(TWO, ["dev-worker-1"]));
  expect(String(failure)).toMatch(/^dev-worker-1 .* no route$/m);
  expect(String(failure)).not.toMatch(/^dev-worker-0 /m);
});

it("has the configured DNS", async () => {
  await made({ ...TWO, images: { coredns: "mirror.example/coredns:1" } });
  expect(inputsOf("kubernetes:core/v1:Service", "dev-dns")?.spec).toMatchObject({ clusterIP: "10.32.0.10" });
  expect(JSON.stringify(inputsOf("kubernetes:apps/v1:Deployment", "dev-dns"))).toContain("mirror.example/coredns:1");
});

it("has no DNS without workers: its pods would never get ready", async () => {
  const { observedRoutes } = await made({ workerPools: [] });
  expect(await before("Departures dev")).toEqual(["ApiReady dev"]);
  expect(ofKubernetes().map(({ name }) => name)).toEqual(expect.not.arrayContaining(["dev-dns"]));
  expect(await promiseOf(observedRoutes)).toEqual([]);
});
