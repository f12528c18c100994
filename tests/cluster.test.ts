import { gunzipSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";
import { Cluster } from "../components/cluster";
import { HostsReader } from "../components/machines/hosts/reader";
import { ServersReader } from "../components/machines/rollout/existing";
import { Raw, specOf } from "./fixtures";
import { allRegistered, FLOATING_IP, promiseOf, Recorder, spyOnOptions, startMocks } from "./mocks";
import { ED25519, NETWORK_ID, ROUTER_ID, SECURITY_GROUP_ID, SUBNET_ID } from "./settings/badInput";

let mocks: Recorder;
/** The servers about whose hosts Nova was asked. */
let asked: string[];
const made = async (raw: Raw = {}, found: Partial<Recorder> = {}) => {
  mocks = Object.assign(await startMocks(), found);
  asked = [];
  const readHosts: HostsReader = (ids) => {
    asked.push(...ids);
    return Promise.resolve([...ids]);
  };
  const { readHostRoutes, readRouterRoutes } = mocks;
  const cluster = new Cluster("dev", { spec: specOf(raw), readHostRoutes, readRouterRoutes, readHosts });
  await allRegistered();
  // The last that happens: begun by what is registered, and not waited for.
  await promiseOf(cluster.observedRoutes);
  return cluster;
};
const kind = (type: string) => type.split(":").at(-1) ?? "";
const of = (name: string) => mocks.resources.filter(({ type }) => kind(type) === name);
const names = (type: string) => of(type).map(({ name }) => name);
/** Names by type, for everything that is no key and no security rule: those have tests of their own. */
const shown = () => {
  const some = mocks.resources.filter(({ type }) => !/^tls:|secGroupRule/.test(type));
  return some.map(({ type, name }) => `${kind(type)} ${name}`).sort();
};

const TWO: Raw = { workerPools: [{ name: "worker", count: 2, flavor: "m1.small" }] };
const BASE = [
  "Preflight dev",
  "ClusterIdentity dev",
  "FailedServers dev",
  "OnlyServer dev",
  "HostRoutes dev",
  "Instance dev-control-plane-0",
  "Instance dev-worker-0",
  "Instance dev-worker-1",
  "Port dev-control-plane-0",
  "Port dev-worker-0",
  "Port dev-worker-1",
  "SecGroup dev-control-plane",
  "SecGroup dev-worker",
  "ServerGroup dev-worker-group-0",
  // What is said to the Kubernetes API: when it answers, through one provider, and whether all came true.
  "Command dev-api-ready",
  "Command dev-etcd-members",
  "kubernetes dev",
  "Node dev-worker-0",
  "Node dev-worker-1",
  "ClusterRoleBinding dev-administrator",
  "ClusterRoleBinding dev-kubelet-api",
  "Role dev-certificates",
  "RoleBinding dev-certificates",
  "ConfigMap dev-control-plane-0-certificates",
  "ConfigMap dev-worker-0-certificates",
  "ConfigMap dev-worker-1-certificates",
  // The route plan, for nodes to read.
  "ConfigMap dev-routes",
  "ConfigMap dev-routes-settled",
  "Service dev-own-ports",
  "ServiceAccount dev-dns",
  "ClusterRole dev-dns",
  "ClusterRoleBinding dev-dns",
  "ConfigMap dev-dns",
  "Deployment dev-dns",
  "Service dev-dns",
  "PodDisruptionBudget dev-dns",
  "Command dev-nodes",
  // How workers come and go.
  "Command dev-departures",
  "Command dev-worker-0-in-service",
  "Command dev-worker-1-in-service",
  "DepartedRoutes dev",
];
const NEW = ["Network dev", "Subnet dev", "ServiceBalancers dev"];

it("is a network, two groups, the nodes, one table of routes and Kubernetes' own objects, and nothing else", async () => {
  const cluster = await made(TWO);
  expect(shown()).toEqual([...BASE, ...NEW].sort());
  expect(cluster.routerId).toBeUndefined();
  expect(await promiseOf(cluster.apiEndpoint)).toBe("https://10.106.1.250:6443");
  expect(of("HostRoutes")[0]?.inputs).toEqual({
    __provider: "serialised",
    subnetId: "dev-id",
    routes: [
      { destination: "10.200.0.0/24", nextHop: "10.106.1.2" },
      { destination: "10.200.1.0/24", nextHop: "10.106.1.3" },
    ],
    most: 20,
  });
});

it("gives each worker's port its own podCIDR to send from and a control plane's none, and each its role's groups", async () => {
  // The operator's own groups come after the program's, which no configuration takes away.
  await made({
    apiEndpoint: { kind: "external", host: "api.example.org" },
    controlPlane: { count: 3, extraSecurityGroups: [SECURITY_GROUP_ID] },
    workerPools: [
      { name: "worker", count: 2 },
      { name: "b", count: 1, firstSlot: 9, extraSecurityGroups: [NETWORK_ID, SECURITY_GROUP_ID] },
    ],
  });
  const ports = of("Port").map(({ name, inputs }) => {
    const [fixed] = inputs.fixedIps as { ipAddress: string; subnetId: string }[];
    expect(inputs).toMatchObject({
      networkId: "dev-id",
      portSecurityEnabled: true,
      fixedIps: [{ subnetId: "dev-id" }],
    });
    return [name, fixed?.ipAddress, inputs.allowedAddressPairs, inputs.securityGroupIds];
  });
  const [cp, worker] = [["dev-control-plane-id", SECURITY_GROUP_ID], ["dev-worker-id"]];
  expect(ports.sort()).toEqual([
    ["dev-b-0", "10.106.1.11", [{ ipAddress: "10.200.9.0/24" }], ["dev-worker-id", NETWORK_ID, SECURITY_GROUP_ID]],
    ["dev-control-plane-0", "10.106.1.250", [], cp],
    ["dev-control-plane-1", "10.106.1.251", [], cp],
    ["dev-control-plane-2", "10.106.1.252", [], cp],
    ["dev-worker-0", "10.106.1.2", [{ ipAddress: "10.200.0.0/24" }], worker],
    ["dev-worker-1", "10.106.1.3", [{ ipAddress: "10.200.1.0/24" }], worker],
  ]);
});

it.each([false, true])("makes the first of several servers begin etcd unless it has begun: %s", async (begun) => {
  await made({ ...TWO, controlPlane: { count: 3 } }, { etcdBegun: begun });
  expect(of("EtcdBegun").map(({ name, inputs }) => [name, inputs.first])).toEqual([["dev", "dev-control-plane-0"]]);
  const states = of("Instance").flatMap(({ inputs }) => {
    const { secret } = inputs.userData as { secret: string };
    return /--initial-cluster-state=\w+/.exec(gunzipSync(Buffer.from(secret, "base64")).toString())?.[0] ?? [];
  });
  const [first, joins] = [`--initial-cluster-state=${begun ? "existing" : "new"}`, "--initial-cluster-state=existing"];
  expect(states.sort()).toEqual([first, joins, joins].sort());
});

it("makes servers of their pool's flavor, image and zone, whose user-data is a secret", async () => {
  await made({
    controlPlane: { image: "debian-12-cp" },
    workerPools: [
      { name: "a", count: 2, flavor: "m1.small", availabilityZones: ["az1", "az2"] },
      { name: "b", count: 1, firstSlot: 9, image: "gpu" },
    ],
  });
  const servers = of("Instance").map(({ name, inputs }) => {
    const { secret } = inputs.userData as { secret: string };
    expect(yaml.parse(gunzipSync(Buffer.from(secret, "base64")).toString())).toMatchObject({ hostname: name });
    return [name, inputs.flavorName, inputs.imageName, inputs.availabilityZone, inputs.tags];
  });
  expect(servers.sort()).toEqual([
    ["dev-a-0", "m1.small", "debian-12", "az1", ["dev", "worker", "a"]],
    ["dev-a-1", "m1.small", "debian-12", "az2", ["dev", "worker", "a"]],
    ["dev-b-0", "m1.medium", "gpu", undefined, ["dev", "worker", "b"]],
    ["dev-control-plane-0", "m1.medium", "debian-12-cp", undefined, ["dev", "control-plane"]],
  ]);
});

it("boots from volumes made of the image by its id, which is asked for once a role", async () => {
  const rootVolume = { size: 20, type: "ssd" };
  await made({
    controlPlane: { count: 3, image: "debian-12-cp", rootVolume: { size: 50 } },
    workerPools: [
      { name: "a", count: 2, rootVolume },
      { name: "b", count: 1, firstSlot: 9 },
    ],
  });
  const disks = of("Instance").map(({ name, inputs: { imageName, blockDevices = [] } }) => {
    const [device] = blockDevices as { uuid: string; volumeSize: number; volumeType?: string }[];
    return [name, imageName, device && [device.uuid, device.volumeSize, device.volumeType]];
  });
  const [ofControlPlane, ofA] = [
    ["debian-12-cp-id", 50, undefined],
    ["debian-12-id", 20, "ssd"],
  ];
  expect(disks.sort()).toEqual([
    ["dev-a-0", undefined, ofA],
    ["dev-a-1", undefined, ofA],
    ["dev-b-0", "debian-12", undefined],
    ["dev-control-plane-0", undefined, ofControlPlane],
    ["dev-control-plane-1", undefined, ofControlPlane],
    ["dev-control-plane-2", undefined, ofControlPlane],
  ]);
  const asked = mocks.calls.filter(({ token }) => token === "openstack:images/getImage:getImage");
  expect(asked.map(({ inputs }) => inputs)).toEqual([{ name: "debian-12-cp" }, { name: "debian-12" }]);
});

it("has Nova keep servers apart: a group for each pool and the control plane, more where Nova allows no more in one", async () => {
  await made({
    controlPlane: { count: 3, serverGroup: "anti-affinity" },
    workerPools: [
      { name: "a", count: 3, exclude: [0] },
      { name: "b", count: 1, firstSlot: 10 },
      { name: "c", count: 2, firstSlot: 20, serverGroup: "none" },
    ],
    maxServerGroupMembers: 3,
  });
  expect(of("ServerGroup").map(({ name, inputs }) => [name, inputs.policies])).toEqual([
    ["dev-control-plane-group-0", ["anti-affinity"]],
    ["dev-a-group-0", ["soft-anti-affinity"]],
  ]);
  const hints = of("Instance").map(({ name, inputs }) => [name, inputs.schedulerHints]);
  const [controlPlane, a] = ["control-plane", "a"].map((pool) => [{ group: `dev-${pool}-group-0-id` }]);
  expect(hints.sort()).toEqual([
    ["dev-a-1", a],
    ["dev-a-2", a],
    ["dev-b-0", undefined],
    ["dev-c-0", undefined],
    ["dev-c-1", undefined],
    ["dev-control-plane-0", controlPlane],
    ["dev-control-plane-1", controlPlane],
    ["dev-control-plane-2", controlPlane],
  ]);
  // And is asked what came of it.
  expect(asked).toEqual(["dev-control-plane-0-id", "dev-control-plane-1-id", "dev-control-plane-2-id"]);
  await made({ workerPools: [{ name: "a", count: 4 }], maxServerGroupMembers: 3 });
  expect(names("ServerGroup")).toEqual(["dev-a-group-0", "dev-a-group-1"]);
  expect(asked).toEqual([]);
});

it("adds, with an external network, a router and a floating IP for the API", async () => {
  const cluster = await made({ ...TWO, network: { externalNetwork: "public" } });
  const added = ["FloatingIp dev-api", "FloatingIpAssociate dev-api", "Router dev", "RouterInterface dev"];
  expect(shown()).toEqual([...BASE, ...NEW, ...added].sort());
  expect(of("FloatingIp")[0]?.inputs).toEqual({ pool: "public", description: "Kubernetes API of dev" });
  expect(of("FloatingIpAssociate")[0]?.inputs).toEqual({ floatingIp: FLOATING_IP, portId: "dev-control-plane-0-id" });
  expect(await promiseOf(cluster.apiEndpoint)).toBe(`https://${FLOATING_IP}:6443`);
  const request = of("CertRequest").find(({ name }) => name === "dev-control-plane-0-apiserver");
  expect(request?.inputs.ipAddresses).toContain(FLOATING_IP);
});

it("adds no floating IP where that is not wanted", async () => {
  const cluster = await made({ ...TWO, network: { externalNetwork: "public" }, apiEndpoint: { floatingIp: false } });
  expect(shown()).toEqual([...BASE, ...NEW, "Router dev", "RouterInterface dev"].sort());
  expect(await promiseOf(cluster.apiEndpoint)).toBe("https://10.106.1.250:6443");
});

it("gives the API of three nodes an address that is reserved, that each may send from, and that the floating IP leads to", async () => {
  const cluster = await made({ ...TWO, network: { externalNetwork: "public" }, controlPlane: { count: 3 } });
  const vip = "10.106.1.199";
  expect(of("Port").find(({ name }) => name === "dev-api")?.inputs).toMatchObject({
    name: "dev-api",
    fixedIps: [{ subnetId: "dev-id", ipAddress: vip }],
    securityGroupIds: ["dev-control-plane-id"],
    portSecurityEnabled: true,
    tags: ["dev"],
  });
  const pairs = of("Port").map(({ name, inputs }) => [name, inputs.allowedAddressPairs]);
  expect(pairs.sort()).toEqual([
    ["dev-api", undefined],
    ...[0, 1, 2].map((n) => [`dev-control-plane-${n}`, [{ ipAddress: vip }]]),
    ["dev-worker-0", [{ ipAddress: "10.200.0.0/24" }]],
    ["dev-worker-1", [{ ipAddress: "10.200.1.0/24" }]],
  ]);
  expect(of("SecGroupRule").find(({ name }) => name === "dev-control-plane-vrrp")?.inputs).toMatchObject({
    protocol: "vrrp",
    remoteGroupId: "dev-control-plane-id",
  });
  expect(of("FloatingIpAssociate").map(({ inputs }) => inputs)).toEqual([
    { floatingIp: FLOATING_IP, portId: "dev-api-id" },
  ]);
  expect(await promiseOf(cluster.apiEndpoint)).toBe(`https://${FLOATING_IP}:6443`);
  const requests = of("CertRequest").filter(({ name }) => name.endsWith("-apiserver"));
  expect(requests).toHaveLength(3);
  for (const { inputs } of requests) expect(inputs.ipAddresses).toEqual(expect.arrayContaining([vip, FLOATING_IP]));
});

it("puts Octavia before the API where that is wanted: its address in the certificates, the floating IP on its port", async () => {
  const access = { api: ["198.51.100.0/24"] };
  const cluster = await made({
    ...{ ...TWO, access, network: { externalNetwork: "public" }, controlPlane: { count: 3 } },
    apiEndpoint: { kind: "octavia" },
  });
  expect(names("Member")).toEqual(["dev-control-plane-0", "dev-control-plane-1", "dev-control-plane-2"]);
  expect(of("Listener")[0]?.inputs.allowedCidrs).toEqual(["10.106.1.0/24", "198.51.100.0/24"]);
  expect(of("FloatingIpAssociate")[0]?.inputs.portId).toBe("vip port of dev-api");
  // What the nodes are not told to hold, they may not send from.
  expect(
    of("Port")
      .filter(({ name }) => name.includes("control-plane"))
      .map(({ inputs }) => inputs.allowedAddressPairs),
  ).toEqual([[], [], []]);
  expect(await promiseOf(cluster.apiEndpoint)).toBe(`https://${FLOATING_IP}`);
  const request = of("CertRequest").find(({ name }) => name === "dev-control-plane-2-apiserver");
  expect(request?.inputs.ipAddresses).toEqual(expect.arrayContaining(["10.106.1.199", FLOATING_IP]));
});

it("tells Octavia of a server when its port is there, and Neutron of its end when Octavia has forgotten it", async () => {
  const resources = await waitsOf({ ...TWO, controlPlane: { count: 3 }, apiEndpoint: { kind: "octavia" } });
  const members = resources.filter(({ type }) => kind(type) === "Member");
  expect(members.map(({ dependsOn }) => dependsOn)).toEqual(Array(3).fill(["Port", "OnlyServer"]));
});

it("makes no network, subnet or router where existing ones are given", async () => {
  const network = { networkId: NETWORK_ID, subnetId: SUBNET_ID, externalNetwork: "public" };
  const cluster = await made({ ...TWO, network });
  expect(shown()).toEqual([...BASE, "FloatingIp dev-api", "FloatingIpAssociate dev-api"].sort());
  expect(of("HostRoutes")[0]?.inputs.subnetId).toBe(SUBNET_ID);
  expect(of("Port").map(({ inputs }) => inputs.networkId)).toEqual([NETWORK_ID, NETWORK_ID, NETWORK_ID]);
  expect([await promiseOf(cluster.networkId), await promiseOf(cluster.subnetId)]).toEqual([NETWORK_ID, SUBNET_ID]);
});

/** What others reach pods by, beside all else. */
const ON_ROUTER = ["RouterRoutes dev", "DepartedRoutes dev-router"];
const PLAN = [
  { destination: "10.200.0.0/24", nextHop: "10.106.1.2" },
  { destination: "10.200.1.0/24", nextHop: "10.106.1.3" },
];

it("puts every worker's route on the stack's router where others are to reach pods, also what has no host route", async () => {
  const cluster = await made({
    ...TWO,
    network: { externalNetwork: "public", maxHostRoutes: 1, routerRoutes: true },
    apiEndpoint: { floatingIp: false },
  });
  expect(shown()).toEqual([...BASE, ...NEW, "Router dev", "RouterInterface dev", ...ON_ROUTER].sort());
  const [onRouter] = of("RouterRoutes");
  expect(onRouter?.inputs).toEqual({ __provider: "serialised", routerId: "dev-id", routes: PLAN });
  expect(of("HostRoutes")[0]?.inputs.routes).toEqual(PLAN.slice(0, 1));
  expect(
    of("DepartedRoutes")
      .map(({ name, inputs }) => [name, inputs.subnetId, inputs.routerId])
      .sort(),
  ).toEqual([
    ["dev", "dev-id", undefined],
    ["dev-router", undefined, "dev-id"],
  ]);
  expect(await promiseOf(cluster.routerId!)).toBe("dev-id");
});

it("puts them on the named router of an existing subnet", async () => {
  const network = { networkId: NETWORK_ID, subnetId: SUBNET_ID, routerId: ROUTER_ID, routerRoutes: true };
  const cluster = await made({ ...TWO, network });
  expect(shown()).toEqual([...BASE, ...ON_ROUTER].sort());
  expect(of("RouterRoutes")[0]?.inputs).toMatchObject({ routerId: ROUTER_ID, routes: PLAN });
  expect(await promiseOf(cluster.routerId!)).toBe(ROUTER_ID);
});

it("has the routes go before the router's interface does, and a departing worker's after its pods", async () => {
  const resources = await waitsOf({ ...TWO, network: { externalNetwork: "public", routerRoutes: true } });
  const waits = (type: string) => resources.filter((each) => kind(each.type) === type).map((each) => each.dependsOn);
  expect(waits("RouterRoutes")).toEqual([expect.arrayContaining(["RouterInterface"])]);
  expect(waits("DepartedRoutes")).toEqual(Array(2).fill(expect.arrayContaining(["Command"])));
});

it.each([
  ["10.106.1.240", "https://10.106.1.240", { ipAddresses: expect.arrayContaining(["10.106.1.240"]) as unknown }],
  ["api.example.org", "https://api.example.org", { dnsNames: expect.arrayContaining(["api.example.org"]) as unknown }],
])("addresses the API at the balancer %s, which is in its certificate", async (host, url, names) => {
  const network = { externalNetwork: "public" };
  const cluster = await made({ ...TWO, network, controlPlane: { count: 3 }, apiEndpoint: { kind: "external", host } });
  // What clients reach is the operator's own.
  expect(of("FloatingIp")).toEqual([]);
  expect(await promiseOf(cluster.apiEndpoint)).toBe(url);
  const requests = of("CertRequest").filter(({ name }) => name.endsWith("-apiserver"));
  expect(requests).toHaveLength(3);
  for (const { inputs } of requests) expect(inputs).toMatchObject(names);
});

it("gives nodes the operator's public key where there is one", async () => {
  await made({ ...TWO, sshPublicKey: `${ED25519} me` });
  expect(shown()).toEqual([...BASE, ...NEW, "Keypair dev"].sort());
  expect(of("Keypair")[0]?.inputs).toEqual({ name: "dev-5fb9002e", publicKey: `${ED25519} me` });
  expect(of("Instance").map(({ inputs }) => inputs.keyPair)).toEqual(Array(3).fill("dev-5fb9002e"));
  // Another key is another pair, which can be there beside the first one.
  await made({ ...TWO, sshPublicKey: `${ED25519} you` });
  expect(of("Keypair")[0]?.inputs.name).not.toBe("dev-5fb9002e");
});

it("boots nodes after the host routes, and replaces a worker but not the only control-plane node for new user-data", async () => {
  mocks = await startMocks();
  const { opts, seen } = spyOnOptions();
  const { observedRoutes } = new Cluster("dev", { spec: specOf(TWO), readHostRoutes: mocks.readHostRoutes }, opts);
  await allRegistered();
  await promiseOf(observedRoutes);
  const options = async (node: string) => {
    const { dependsOn, ignoreChanges } = seen.get(`Instance ${node}`) ?? {};
    const routes = seen.get("HostRoutes dev")?.parent;
    const waits = await Promise.all((dependsOn as Promise<unknown>[]).map(async (each) => (await each) === routes));
    return [waits, ignoreChanges];
  };
  const kept = ["userData", "schedulerHints", "blockDevices", "imageName", "keyPair", "availabilityZone", "metadata"];
  expect(await options("dev-control-plane-0")).toEqual([[true], kept]);
  expect(await options("dev-worker-1")).toEqual([[true], ["userData", "schedulerHints", "blockDevices"]]);
});

/** What a resource waits for: promises, some of one and some of many. */
async function awaited(dependsOn: unknown): Promise<{ __pulumiType: string }[]> {
  const found = await dependsOn;
  if (Array.isArray(found)) return (await Promise.all(found.map(awaited))).flat();
  return [found as { __pulumiType: string }];
}

/** What each resource of a cluster is told to wait for, by kinds. */
async function waitsOf(raw: Raw): Promise<{ type: string; dependsOn: string[] }[]> {
  mocks = await startMocks();
  const seen = new Map<string, { type: string; dependsOn: Promise<string[]> }>();
  class Outer extends pulumi.ComponentResource {
    constructor() {
      // The outer component's: after all of the cluster's own.
      const look: pulumi.ResourceTransformation = ({ type, name, opts: { dependsOn = [] } }) => {
        const kinds = awaited(dependsOn).then((each) => each.map(({ __pulumiType }) => kind(__pulumiType)));
        seen.set(`${type} ${name}`, { type, dependsOn: kinds });
        return undefined;
      };
      super("test:index:Outer", "outer", {}, { transformations: [look] });
    }
  }
  const { readHostRoutes, readRouterRoutes } = mocks;
  const { observedRoutes } = new Cluster(
    "dev",
    { spec: specOf(raw), readHostRoutes, readRouterRoutes },
    { parent: new Outer() },
  );
  await allRegistered();
  await promiseOf(observedRoutes);
  const resources = [...seen.values()].filter(({ type }) => !/^(hostroute|test):/.test(type));
  expect(resources).toHaveLength(mocks.resources.length);
  return Promise.all(resources.map(async ({ type, dependsOn }) => ({ type, dependsOn: await dependsOn })));
}
/** All but those that may refuse. */
const after = (resources: { type: string; dependsOn: string[] }[], ...keepers: string[]) =>
  resources.filter(({ type }) => !keepers.includes(kind(type)));

it("touches nothing before what the cluster is and what its servers are has been checked", async () => {
  const raw: Raw = { ...TWO, network: { externalNetwork: "public" }, sshPublicKey: `${ED25519} me` };
  const resources = await waitsOf(raw);
  // One after the other. The cloud comes first: what is noted of a cluster that cannot be made would stand against a better configuration.
  const keepers = ["Preflight", "ClusterIdentity", "FailedServers", "OnlyServer"];
  const waits = (keeper: string) => resources.find(({ type }) => kind(type) === keeper)?.dependsOn;
  expect(keepers.map(waits)).toEqual([[], ["Preflight"], ["ClusterIdentity"], ["FailedServers"]]);
  const others = after(resources, ...keepers);
  expect(others).toHaveLength(mocks.resources.length - 4);
  for (const { dependsOn } of others) expect(dependsOn).toContain("OnlyServer");
  expect(of("ClusterIdentity")[0]?.inputs.identity).toMatchObject({
    "controlPlane.count": 1,
    clusterCidr: "10.200.0.0/16",
  });
  expect(of("FailedServers")[0]?.inputs.servers).toEqual([
    { name: "dev-control-plane-0", role: "control-plane" },
    { name: "dev-worker-0", role: "worker" },
    { name: "dev-worker-1", role: "worker" },
  ]);
});

it("asks the cloud for nothing beforehand where it is told so", async () => {
  await made({ ...TWO, preflight: false });
  expect(shown()).toEqual([...BASE, ...NEW].filter((resource) => resource !== "Preflight dev").sort());
});

it("makes nothing in a subnet of others before that has taken the routes", async () => {
  const network = { networkId: NETWORK_ID, subnetId: SUBNET_ID, externalNetwork: "public" };
  const resources = await waitsOf({ ...TWO, network, sshPublicKey: `${ED25519} me` });
  const others = after(resources, "Preflight", "ClusterIdentity", "FailedServers", "OnlyServer", "HostRoutes");
  expect(others).toHaveLength(mocks.resources.length - 5);
  for (const { dependsOn } of others) expect(dependsOn).toContain("PodRoutes");
  expect(resources.find(({ type }) => kind(type) === "HostRoutes")?.dependsOn).toEqual(["OnlyServer"]);
});

it("makes nothing beside a router of others before that has taken the routes", async () => {
  const network = { networkId: NETWORK_ID, subnetId: SUBNET_ID, routerId: ROUTER_ID, routerRoutes: true };
  const resources = await waitsOf({ ...TWO, network });
  const tables = ["HostRoutes", "RouterRoutes"];
  const others = after(resources, "Preflight", "ClusterIdentity", "FailedServers", "OnlyServer", ...tables);
  expect(others).toHaveLength(mocks.resources.length - 6);
  for (const { dependsOn } of others) expect(dependsOn).toContain("PodRoutes");
  for (const table of tables)
    expect(resources.find(({ type }) => kind(type) === table)?.dependsOn).toEqual(["OnlyServer"]);
});

it("has exactly the server replaced that is in ERROR", async () => {
  const triggers = async (replaced: Record<string, string>) => {
    mocks = await startMocks();
    mocks.replaced = replaced;
    const { opts, seen } = spyOnOptions();
    new Cluster("dev", { spec: specOf(TWO), readHostRoutes: mocks.readHostRoutes }, opts);
    await allRegistered();
    const nodes = ["dev-control-plane-0", "dev-worker-0", "dev-worker-1"];
    return Promise.all(
      nodes.map((node) =>
        promiseOf(pulumi.output(seen.get(`Instance ${node}`)?.replacementTrigger as pulumi.Output<string>)),
      ),
    );
  };
  const [controlPlane, first, second] = await triggers({});
  const after = await triggers({ "dev-worker-1": "a server in ERROR" });
  expect(after).toEqual([controlPlane, first, expect.not.stringMatching(second!)]);
  expect((await triggers({ "dev-control-plane-0": "a server" })).slice(1)).toEqual([first, second]);
  expect((await triggers({ "dev-control-plane-0": "a server" }))[0]).not.toBe(controlPlane);
});

it("needs no new worker for certificates that are issued anew, and one for a new key, image or configuration", async () => {
  const triggerOf = async (raw: Raw, suffix: Recorder["suffix"] = () => "") => {
    mocks = await startMocks();
    mocks.suffix = suffix;
    const { opts, seen } = spyOnOptions();
    new Cluster("dev", { spec: specOf(raw), readHostRoutes: mocks.readHostRoutes }, opts);
    await allRegistered();
    const data = of("ConfigMap").find(({ name }) => name === "dev-worker-1-certificates")?.inputs.data;
    return [
      await promiseOf(pulumi.output(seen.get("Instance dev-worker-1")?.replacementTrigger as pulumi.Output<string>)),
      JSON.stringify(data),
    ];
  };
  const anew = (kind: string, node: string) =>
    triggerOf(TWO, (type, name) => (type.endsWith(kind) && name.startsWith(node) ? " 2" : ""));
  const [before, certificates] = await triggerOf(TWO);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  const [after, renewed] = await anew(":LocallySignedCert", "dev-");
  expect([after, renewed]).toEqual([before, expect.stringMatching(/kubelet 2/)]);
  expect(renewed).not.toBe(certificates);
  expect((await anew(":PrivateKey", "dev-worker-0"))[0]).toBe(before);
  expect((await anew(":PrivateKey", "dev-worker-1"))[0]).not.toBe(before);
  expect((await triggerOf({ ...TWO, clusterDomain: "other.local" }))[0]).not.toBe(before);
  const image: Raw = { workerPools: [{ name: "worker", count: 2, flavor: "m1.small", image: "debian-13" }] };
  expect((await triggerOf(image))[0]).not.toBe(before);
});

it("has host routes for as many workers as the subnet holds, and publishes all", async () => {
  await made({ workerPools: [{ name: "worker", count: 3 }], network: { maxHostRoutes: 2 } });
  const destinations = (of("HostRoutes")[0]?.inputs.routes as { destination: string }[]).map(
    (each) => each.destination,
  );
  expect(destinations).toEqual(["10.200.0.0/24", "10.200.1.0/24"]);
  const published = mocks.resources.filter(({ name }) => name.startsWith("dev-routes"));
  expect(published.map(({ inputs }) => inputs.data)).toEqual(
    Array(2).fill(
      expect.objectContaining({
        tier: "nodes",
        routes: "10.200.0.0/24 via 10.106.1.2\n10.200.1.0/24 via 10.106.1.3\n10.200.2.0/24 via 10.106.1.4\n",
      }),
    ),
  );
});

/** Three workers and one, and what of it differs. */
const pools = (of: { count?: number; exclude?: number[] }, ...more: string[]): Raw => ({
  workerPools: [
    ...more.map((name) => ({ name, count: 1, firstSlot: 30 })),
    { name: "a", count: 3, ...of },
    { name: "b", count: 1, firstSlot: 20 },
  ],
});

it.each<[string, Raw, string]>([
  ["one at a pool's begin is gone", pools({ exclude: [0] }), "dev-a-0"],
  ["one in a pool's middle is gone", pools({ exclude: [1] }), "dev-a-1"],
  ["one at a pool's end is gone", pools({ count: 2 }), "dev-a-2"],
  ["one comes at a pool's end", pools({ count: 4 }), "dev-a-3"],
  ["a pool comes in front", pools({}, "front"), "dev-front-0"],
])("changes no other node's resources when %s", async (_name, raw, node) => {
  // Those that are about all workers: the tables of routes, the waiting for nodes, and the questions what the cloud has and which servers failed.
  const commands = ["Command dev-nodes", "Command dev-departures"];
  const plan = ["HostRoutes dev", "ConfigMap dev-routes", "ConfigMap dev-routes-settled"];
  const shared = [...plan, ...commands, "FailedServers dev", "Preflight dev"];
  const ofOthers = () => {
    const others = mocks.resources.filter(
      ({ type, name }) => !shared.includes(`${kind(type)} ${name}`) && !name.startsWith(node),
    );
    return new Map(others.map(({ type, name, inputs }) => [`${kind(type)} ${name}`, inputs]));
  };
  await made(pools({}));
  const [others, nodes] = [ofOthers(), names("Instance")];
  await made(raw);
  expect(ofOthers()).toEqual(others);
  const now = names("Instance");
  expect([...nodes.filter((n) => !now.includes(n)), ...now.filter((n) => !nodes.includes(n))]).toEqual([node]);
});

/** In which order the engine is told of workers and of their times in service, when these servers are there. */
async function toldOf(existing: string[] | undefined, raw: Raw): Promise<string[]> {
  mocks = await startMocks();
  const readServers: ServersReader = (name) =>
    Promise.resolve(name === "dev" && existing ? new Set(existing) : undefined);
  const { observedRoutes } = new Cluster("dev", {
    spec: specOf(raw),
    readHostRoutes: mocks.readHostRoutes,
    readServers,
  });
  await allRegistered();
  await promiseOf(observedRoutes);
  const ofWorkers = mocks.resources.filter(({ name }) =>
    /^dev-(worker|b)-\d(-in-service)?$|^dev-departures$/.test(name),
  );
  return ofWorkers.filter(({ type }) => !type.endsWith("Node")).map(({ type, name }) => `${kind(type)} ${name}`);
}

it("makes all of a new cluster's workers at once, and replaces those that exist one after the other", async () => {
  const three: Raw = { workerPools: [{ name: "worker", count: 3 }] };
  const names = ["dev-worker-0", "dev-worker-1", "dev-worker-2"];
  const anew = await toldOf([], three);
  const last = (told: string[], kinds: RegExp) => told.findLastIndex((each) => kinds.test(each));
  expect(last(anew, /^(Port|Instance)/)).toBeLessThan(anew.findIndex((each) => each.endsWith("in-service")));
  const one = (node: string) => [`Port ${node}`, `Instance ${node}`, `Command ${node}-in-service`];
  const inTurn = ["Command dev-departures", ...names.flatMap(one)];
  expect(await toldOf(names, three)).toEqual(inTurn);
  // The same where nobody knows, and there is no cloud to ask.
  expect(await toldOf(undefined, three)).toEqual(inTurn);
  // The configuration says how many at a time, and a pool does not wait for another one.
  const two = { ...three, rollout: { maxUnavailable: 2 } };
  const pairs = await toldOf(names, two);
  expect(pairs.indexOf("Instance dev-worker-1")).toBeLessThan(pairs.indexOf("Command dev-worker-0-in-service"));
  expect(pairs.indexOf("Port dev-worker-2")).toBeGreaterThan(pairs.indexOf("Command dev-worker-0-in-service"));
});

it("lets a pool go on when another one does", async () => {
  const pools: Raw = {
    workerPools: [
      { name: "worker", count: 2 },
      { name: "b", count: 1, firstSlot: 9 },
    ],
  };
  const told = await toldOf(["dev-worker-0", "dev-worker-1", "dev-b-0"], pools);
  expect(told.indexOf("Instance dev-b-0")).toBeLessThan(told.indexOf("Port dev-worker-1"));
});
