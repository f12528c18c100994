import * as command from "@pulumi/command";
import * as kubernetes from "@pulumi/kubernetes";
import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import * as yaml from "yaml";
import { clock } from "../components/openstack/clock";
import { DOCUMENTED_ERA, neutronSubnet } from "./fixtures";
import { allRegistered, failureOf, FLOATING_IP, promiseOf, Recorder, observedOutput, startMocks } from "./mocks";
import { fakeClock } from "./openstack/fakeClock";
import { FakeCloud } from "./openstack/fakeCloud";
import { NETWORK_ID, SUBNET_ID } from "./settings/badInput";

type Main = typeof import("../index");
type Program = Awaited<ReturnType<Main>>;
let mocks: Recorder;
let warnings: string[];

/** Where the program asks, at an update's end, which host routes there are: slots' as the plan has them. */
const cloud = new FakeCloud();
const hostRoute = (slot: number): [string, string] => [`10.200.${slot}.0/24`, `10.106.1.${slot + 2}`];
beforeAll(async () => {
  await cloud.start();
  // Those of whoever runs the tests.
  for (const name of Object.keys(process.env).filter((key) => key.startsWith("OS_"))) delete process.env[name];
});
afterAll(() => cloud.stop());
beforeEach(() => {
  fakeClock();
  cloud.set("dev-id", ...[0, 1, 2].map(hostRoute));
});
afterEach(() => jest.restoreAllMocks());

/** Runs index.ts as `pulumi up` does, with a stack's configuration, in a cloud that does what it is told. */
async function run(config: Record<string, unknown>, observe = observedOutput, authUrl = cloud.url): Promise<Program> {
  mocks = await startMocks();
  mocks.observe = observe;
  const text = Object.entries(config).map(([key, value]) => [
    `hostroute:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const openstackConfig = { authUrl, userName: "demo", password: "a password", region: "one" };
  text.push(...Object.entries(openstackConfig).map(([key, value]) => [`openstack:${key}`, value]));
  pulumi.runtime.setAllConfig(Object.fromEntries(text) as Record<string, string>);
  const warn = jest.spyOn(pulumi.log, "warn").mockImplementation((message) => {
    warnings.push(message);
    return Promise.resolve();
  });
  warnings = [];
  let program: Program;
  try {
    let main: Main | undefined;
    jest.isolateModules(() => {
      // The program anew, on the Pulumi that has the mocks.
      jest.doMock("@pulumi/pulumi", () => pulumi);
      jest.doMock("@pulumi/openstack", () => openstack);
      jest.doMock("@pulumi/tls", () => tls);
      jest.doMock("@pulumi/command", () => command);
      jest.doMock("@pulumi/kubernetes", () => kubernetes);
      // What waits for a cloud need not wait here.
      jest.doMock("../components/openstack/clock", () => ({ clock }));
      main = jest.requireActual<Main>("../index");
    });
    program = await main!();
  } finally {
    await allRegistered();
    warn.mockRestore();
  }
  // The last that happens.
  await promiseOf(program.observedRoutes);
  return program;
}

/** All outputs, as another stack reads them. */
const resolved = (program: Program) =>
  new Promise((resolve) => pulumi.output({ ...program } as Record<string, pulumi.Input<unknown>>).apply(resolve));

it("puts out everything that another stack needs", async () => {
  const program = await run({
    network: { externalNetwork: "public" },
    workerPools: [{ name: "worker", count: 2, exclude: [0] }],
  });
  expect(await resolved(program)).toEqual({
    outputsVersion: 1,
    networkId: "dev-id",
    subnetId: "dev-id",
    routerId: "dev-id",
    securityGroupIds: { "control-plane": "dev-control-plane-id", worker: "dev-worker-id" },
    apiEndpoint: `https://${FLOATING_IP}:6443`,
    clusterCidr: "10.200.0.0/16",
    serviceCidr: "10.32.0.0/24",
    clusterDns: "10.32.0.10",
    clusterDomain: "cluster.local",
    nodes: [
      {
        name: "dev-control-plane-0",
        role: "control-plane",
        pool: "control-plane",
        address: "10.106.1.250",
        portId: "dev-control-plane-0-id",
        instanceId: "dev-control-plane-0-id",
      },
      {
        name: "dev-worker-1",
        role: "worker",
        pool: "worker",
        slot: 1,
        address: "10.106.1.3",
        podCidr: "10.200.1.0/24",
        portId: "dev-worker-1-id",
        instanceId: "dev-worker-1-id",
      },
    ],
    routes: [{ destination: "10.200.1.0/24", nextHop: "10.106.1.3", node: "dev-worker-1" }],
    routeTier: "subnet",
    routerRoutes: false,
    caCertificate: "certificate of dev-ca",
    authorities: {
      kubernetes: "certificate of dev-ca",
      etcd: "certificate of dev-etcd-ca",
      frontProxy: "certificate of dev-front-proxy-ca",
    },
    keys: {
      authorities: { known: [1], used: 1 },
      serviceAccount: { known: [1], used: 1 },
      encryption: { known: [1], used: 1 },
    },
    kubeconfig: expect.any(String) as unknown,
    recovery: expect.stringContaining(
      '"etcd":{"commonName":"dev-etcd-ca","privateKey":"private key of dev-etcd-ca"}',
    ) as unknown,
    observedRoutes: [{ address: "10.106.1.3", podCidr: "10.200.1.0/24" }],
  });
  expect(warnings).toEqual([]);
  // At each update Pulumi warns of an output that has no value.
  expect(Object.entries(program).filter(([, value]) => value === undefined)).toEqual([]);
});

describe("in an existing subnet of which the configuration has nothing but the id", () => {
  const network = { networkId: NETWORK_ID, subnetId: SUBNET_ID };
  const range = neutronSubnet({
    gateway_ip: "10.106.1.9",
    allocation_pools: [{ start: "10.106.1.100", end: "10.106.1.199" }],
  });

  it.each([true, false])("plans within what Neutron says, with preflight %s", async (preflight) => {
    cloud.ranges.set(SUBNET_ID, range);
    cloud.set(SUBNET_ID, hostRoute(0), hostRoute(1));
    await run({ network, preflight, workerPools: [{ name: "worker", count: 2 }] });
    expect(mocks.resources.filter(({ type }) => /:(Subnet|Network|Router)$/.test(type))).toEqual([]);
    const ports = mocks.resources.filter(({ type }) => type === "openstack:networking/port:Port");
    expect(ports.map(({ name, inputs }) => [name, inputs.fixedIps]).sort()).toEqual([
      ["dev-control-plane-0", [{ subnetId: SUBNET_ID, ipAddress: "10.106.1.250" }]],
      ["dev-worker-0", [{ subnetId: SUBNET_ID, ipAddress: "10.106.1.2" }]],
      ["dev-worker-1", [{ subnetId: SUBNET_ID, ipAddress: "10.106.1.3" }]],
    ]);
    expect(mocks.resources.find(({ type }) => type.endsWith(":ClusterIdentity"))?.inputs.identity).toMatchObject({
      "network.cidr": "10.106.1.0/24",
      "network.gateway": "10.106.1.9",
      "network.allocationPool": "from 10.106.1.100 on",
    });
  });

  it("registers nothing at all where that cannot carry the plan, and says all that is wrong", async () => {
    cloud.ranges.set(SUBNET_ID, { ...range, gateway_ip: "10.106.1.3" });
    cloud.set(SUBNET_ID);
    const failure = (await run({ network, nodeMask: 31 }).catch((error: unknown) => error)) as Error;
    expect(failure.message).toContain("2 problems; nothing was changed");
    expect(failure.message).toContain("hostroute:nodeMask 31 ");
    expect(failure.message).toContain("puts worker worker-1 at 10.106.1.3, which belongs to the gateway");
    expect([mocks.resources, mocks.components, mocks.calls]).toEqual([[], [], []]);
  });
});

it("puts out an administrator's kubeconfig, and the keys to keep, as the only secrets", async () => {
  const program = await run({ network: { externalNetwork: "public" }, workerPools: [] });
  const outputs = Object.entries(program).filter(([, value]) => pulumi.Output.isInstance(value));
  const secrets = await Promise.all(
    outputs.map(async ([key, value]) => ((await pulumi.isSecret(value as pulumi.Output<unknown>)) ? [key] : [])),
  );
  expect(secrets.flat()).toEqual(["kubeconfig", "recovery"]);
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  expect(yaml.parse(await promiseOf(program.kubeconfig))).toMatchObject({
    clusters: [
      {
        cluster: {
          server: await promiseOf(program.apiEndpoint),
          "certificate-authority-data": base64(await promiseOf(program.caCertificate)),
        },
      },
    ],
    users: [{ name: "kubernetes-admin", user: { "client-key-data": base64("private key of dev-admin") } }],
  });
});

it("fails, with the table, when a node has another podCIDR than the plan", async () => {
  const observe = () => "10.106.1.2 10.200.0.0/24 \n10.106.1.3 10.200.7.0/24 ";
  const failure = await failureOf(() => run({ workerPools: [{ name: "worker", count: 2 }] }, observe));
  expect(failure).toBeInstanceOf(pulumi.RunError);
  expect(String(failure)).toContain(`The routes differ from the plan:

node          plan                          Kubernetes     Neutron
dev-worker-1  10.200.1.0/24 via 10.106.1.3  10.200.7.0/24  via 10.106.1.3
`);
});

it("fails, with the table, when a host route has gone from Neutron since it was written", async () => {
  cloud.set("dev-id", hostRoute(0), ["192.168.7.0/24", "10.106.1.99"]);
  const failure = await failureOf(() => run({ workerPools: [{ name: "worker", count: 2 }] }));
  expect(String(failure)).toContain(`The routes differ from the plan:

node          plan                          Kubernetes     Neutron
dev-worker-1  10.200.1.0/24 via 10.106.1.3  10.200.1.0/24  no route
`);
});

it("fails, with one error without secrets, when Neutron cannot be asked", async () => {
  const failure = await failureOf(() => run({ workerPools: [] }, observedOutput, "http://127.0.0.1:1"));
  expect(failure).toBeInstanceOf(pulumi.RunError);
  expect(`${String(failure)} ${(failure as Error).stack}`).not.toContain("a password");
  expect((failure as Error).message).toBe(
    "The routes were not verified: Neutron could not be asked for the host routes of subnet dev-id.\n" +
      "  POST http://127.0.0.1:1/v3/auth/tokens: connect ECONNREFUSED 127.0.0.1:1\n" +
      "Once that is fixed, run pulumi up again, or npm run verify.\n",
  );
});

it("registers nothing at all when the configuration has a problem", async () => {
  await expect(run({ serviceCidr: "10.200.3.0/24", clusterDns: "10.200.3.10" })).rejects.toThrow(
    "hostroute:serviceCidr 10.200.3.0/24 lies inside hostroute:clusterCidr 10.200.0.0/16",
  );
  expect([mocks.resources, mocks.components, mocks.calls]).toEqual([[], [], []]);
});

it("warns by name of each insecure setting that was asked for", async () => {
  await run({ allowInsecure: true, workerPools: [] });
  expect(warnings).toEqual([]);
  await run({ ...DOCUMENTED_ERA, workerPools: [] });
  expect(warnings).toEqual(
    ["kube-apiserver --insecure-bind-address", "kube-controller-manager --master", "kube-scheduler --master"].map(
      (flag) => `hostroute:allowInsecure renders ${flag}: anybody who reaches the node owns the cluster`,
    ),
  );
});
