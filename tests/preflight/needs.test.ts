import { Cluster } from "../../components/cluster";
import { demandOf } from "../../components/preflight/demand";
import { needsOf } from "../../components/preflight/needs";
import { Counted } from "../../components/preflight/resources";
import { Raw, specOf } from "../fixtures";
import { allRegistered, promiseOf, Recorder, startMocks } from "../mocks";
import { ED25519, NETWORK_ID, ROUTER_ID, SUBNET_ID } from "../settings/badInput";
import { cloud, cloudWithSubnet } from "./cloud";

// What servers are told is for other tests.
jest.mock("../../components/cloudinit/packed", () => ({ packed: (text: string) => text }));

async function registered(raw: Raw): Promise<Recorder> {
  const mocks = await startMocks();
  const cluster = new Cluster("dev", {
    spec: specOf(raw),
    readHostRoutes: mocks.readHostRoutes,
    readRouterRoutes: mocks.readRouterRoutes,
    readHosts: (ids) => Promise.resolve([...ids]),
  });
  await allRegistered();
  await promiseOf(cluster.observedRoutes);
  return mocks;
}

const TYPES: Partial<Record<Counted, string>> = {
  instances: "Instance",
  serverGroups: "ServerGroup",
  keyPairs: "Keypair",
  networks: "Network",
  subnets: "Subnet",
  routers: "Router",
  ports: "Port",
  securityGroups: "SecGroup",
  securityGroupRules: "SecGroupRule",
  floatingIps: "FloatingIp",
};
const BALANCING: Partial<Record<Counted, string>> = {
  loadBalancers: "LoadBalancer",
  listeners: "Listener",
  pools: "Pool",
  members: "Member",
  healthMonitors: "Monitor",
};

const CASES: [string, Raw][] = [
  ["the default", {}],
  [
    "one with everything",
    {
      sshPublicKey: `${ED25519} me`,
      network: { externalNetwork: "public" },
      controlPlane: { count: 3, serverGroup: "anti-affinity" },
      workerPools: [
        { name: "a", count: 12, exclude: [3], rootVolume: { size: 30 } },
        { name: "b", count: 1, firstSlot: 12, serverGroup: "soft-anti-affinity" },
        { name: "none", count: 0, firstSlot: 30 },
      ],
      access: { ssh: ["192.0.2.0/24"], api: ["192.0.2.0/24", "0.0.0.0/0"], nodePorts: ["0.0.0.0/0"] },
    },
  ],
  [
    "one without workers, and without a floating IP",
    {
      network: { externalNetwork: "public" },
      apiEndpoint: { floatingIp: false },
      workerPools: [],
    },
  ],
  [
    "one behind a load balancer, with snapshots and more workers than host routes",
    {
      network: { externalNetwork: "public", maxHostRoutes: 2 },
      controlPlane: { count: 3 },
      apiEndpoint: { kind: "octavia" },
      snapshots: { container: "backups" },
    },
  ],
  ["one behind OVN's", { network: { externalNetwork: "public" }, apiEndpoint: { kind: "octavia", provider: "ovn" } }],
  [
    "one whose pods others reach by its router, with fewer host routes",
    { network: { externalNetwork: "public", maxHostRoutes: 1, routerRoutes: true } },
  ],
  [
    "one whose pods others reach by their own",
    { network: { networkId: NETWORK_ID, subnetId: SUBNET_ID, routerId: ROUTER_ID, routerRoutes: true } },
  ],
  ["one in an existing subnet", { network: { networkId: NETWORK_ID, subnetId: SUBNET_ID, externalNetwork: "public" } }],
];

it.each(CASES)("takes of a new cluster what the program registers: %s", async (_name, raw) => {
  const mocks = await registered(raw);
  const facts = raw.network?.subnetId ? cloudWithSubnet() : cloud();
  const needs = needsOf(specOf(raw));
  const demand = demandOf(needs, facts);
  const count = (type: string) => mocks.resources.filter((resource) => resource.type.endsWith(`:${type}`)).length;
  const types = { ...TYPES, ...(raw.apiEndpoint?.kind === "octavia" ? BALANCING : {}) };
  const made = Object.fromEntries(Object.entries(types).map(([resource, type]) => [resource, count(type)]));
  // What Neutron makes by itself: the ports of a router and of a new network, and what a new group lets out. And what Octavia makes there.
  made.ports! += count("Network") + count("Router");
  made.ports! += count("LoadBalancer") + (raw.apiEndpoint?.provider === "ovn" ? count("Monitor") : 0);
  made.securityGroupRules! += 2 * count("SecGroup");
  expect(Object.fromEntries(Object.keys(types).map((resource) => [resource, demand[resource as Counted]]))).toEqual(
    made,
  );
  const table = mocks.resources.find(({ type }) => type.endsWith(":HostRoutes"))?.inputs.routes;
  expect(needs.routes).toEqual(table);
  const onRouter = mocks.resources.find(({ type }) => type.endsWith(":RouterRoutes"))?.inputs;
  expect(needs.onRouter?.routes).toEqual(onRouter?.routes);
  expect(needs.onRouter?.routerId).toBe(raw.network?.routerId);
});

it("takes the names that the program gives, by which it finds what there is", async () => {
  const [, raw] = CASES[1]!;
  const mocks = await registered(raw);
  const needs = needsOf(specOf(raw));
  const called = (type: string) =>
    mocks.resources
      .flatMap(({ type: full, inputs }) => (full.endsWith(`:${type}`) ? (inputs.name as string) : []))
      .sort();
  const servers = needs.roles.flatMap((role) => role.servers.map(({ name }) => name));
  expect(called("Instance")).toEqual(servers.sort());
  expect(called("Port")).toEqual([...servers, "dev-api"].sort());
  expect(called("ServerGroup")).toEqual(needs.serverGroups.map(({ name }) => name).sort());
  expect(called("Keypair")).toEqual([needs.keyPair!.name]);
  expect(["Network", "Subnet", "Router"].flatMap(called)).toEqual(["dev", "dev", "dev"]);
  expect(called("SecGroup")).toEqual(["dev-control-plane", "dev-worker"]);
  const [ip] = mocks.resources.filter(({ type }) => type.endsWith(":FloatingIp"));
  expect(ip?.inputs.description).toBe("Kubernetes API of dev");
});

it("says nothing of pools that have no servers, and names the others by their keys", () => {
  const pools = [
    { name: "none", count: 0 },
    { name: "some", count: 2, availabilityZones: ["a", "b", "a"] },
  ];
  const { roles } = needsOf(specOf({ workerPools: pools }));
  expect(roles.map(({ key, servers }) => [key, servers.map(({ zone }) => zone)])).toEqual([
    ["controlPlane", [undefined]],
    ["workerPools[1]", ["a", "b"]],
  ]);
});
