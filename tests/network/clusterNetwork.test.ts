import * as pulumi from "@pulumi/pulumi";
import { ClusterNetwork, ClusterNetworkArgs } from "../../components/network/clusterNetwork";
import { allRegistered, promiseOf, Recorder, sorted, spyOnOptions, startMocks } from "../mocks";

const layout = {
  gateway: "10.106.1.1",
  firstWorker: "10.106.1.2",
  firstControlPlane: "10.106.1.250",
  allocationPools: [{ start: "10.106.1.200", end: "10.106.1.249" }],
};
const args: ClusterNetworkArgs = { cidr: "10.106.1.0/24", layout, dnsServers: [], lookUpAfter: Promise.resolve() };

const NETWORK = {
  type: "openstack:networking/network:Network",
  name: "dev",
  inputs: { name: "dev", adminStateUp: true, portSecurityEnabled: true },
};
const SUBNET = {
  type: "openstack:networking/subnet:Subnet",
  name: "dev",
  inputs: {
    name: "dev",
    networkId: "dev-id",
    cidr: "10.106.1.0/24",
    ipVersion: 4,
    enableDhcp: true,
    gatewayIp: "10.106.1.1",
    allocationPools: [{ start: "10.106.1.200", end: "10.106.1.249" }],
    dnsNameservers: [],
  },
};

const BALANCERS = {
  type: "pulumi-nodejs:dynamic/network:ServiceBalancers",
  name: "dev",
  inputs: { __provider: "serialised", subnetId: "dev-id", own: "Kubernetes API of dev" },
};

/** What an output depends on, as the engine will be told. */
const resourcesOf = (output: pulumi.Output<unknown>) =>
  (output as unknown as { allResources: () => Promise<Set<pulumi.Resource>> }).allResources();

let mocks: Recorder;
beforeEach(async () => {
  mocks = await startMocks();
});
const made = async (more: Partial<ClusterNetworkArgs> = {}) => {
  const network = new ClusterNetwork("dev", { ...args, ...more });
  await allRegistered();
  return network;
};

it("makes a network and the node subnet, and nothing else", async () => {
  const network = await made();
  expect(sorted(mocks.resources)).toEqual(sorted([NETWORK, SUBNET, BALANCERS]));
  expect(network.routerId).toBeUndefined();
  expect(network.attached).toEqual([]);
  expect([await promiseOf(network.networkId), await promiseOf(network.subnetId)]).toEqual(["dev-id", "dev-id"]);
});

it("sets MTU and DNS servers where given", async () => {
  await made({ mtu: 1400, dnsServers: ["9.9.9.9"] });
  expect(sorted(mocks.resources)).toEqual(
    sorted([
      { ...NETWORK, inputs: { ...NETWORK.inputs, mtu: 1400 } },
      { ...SUBNET, inputs: { ...SUBNET.inputs, dnsNameservers: ["9.9.9.9"] } },
      BALANCERS,
    ]),
  );
});

it("does not look for the external network before it may", async () => {
  let go!: () => void;
  const lookUpAfter = new Promise<void>((resolve) => (go = resolve));
  const { routerId } = new ClusterNetwork("dev", { ...args, externalNetwork: "public", lookUpAfter });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(mocks.calls).toEqual([]);
  go();
  await allRegistered();
  expect(await promiseOf(routerId!)).toBe("dev-id");
  expect(mocks.calls).toHaveLength(1);
});

it("adds a router to the external network, found by name", async () => {
  const network = await made({ externalNetwork: "public" });
  expect(mocks.calls).toEqual([
    { token: "openstack:networking/getNetwork:getNetwork", inputs: { name: "public", external: true } },
  ]);
  expect(sorted(mocks.resources)).toEqual(
    sorted([
      NETWORK,
      SUBNET,
      BALANCERS,
      {
        type: "openstack:networking/router:Router",
        name: "dev",
        inputs: { name: "dev", adminStateUp: true, externalNetworkId: "external-network-id" },
      },
      {
        type: "openstack:networking/routerInterface:RouterInterface",
        name: "dev",
        inputs: { routerId: "dev-id", subnetId: "dev-id" },
      },
    ]),
  );
  expect(network.attached).toHaveLength(1);
});

it("has everything in the subnet deleted before Services' balancers are, and those before the router's interface", async () => {
  const { opts, seen } = spyOnOptions();
  const network = new ClusterNetwork("dev", { ...args, externalNetwork: "public" }, opts);
  await allRegistered();
  const names = [...(await resourcesOf(network.subnetId))].map((resource) => resource.constructor.name);
  expect(names.sort()).toEqual(["ServiceBalancers", "Subnet"]);
  expect(seen.get("ServiceBalancers dev")?.dependsOn).toEqual(network.attached);
});

it("takes an existing network and subnet as they are, with their owner's router", async () => {
  const network = await made({ existing: { networkId: "n", subnetId: "s" }, externalNetwork: "public" });
  expect(mocks.resources).toEqual([]);
  expect(mocks.calls).toEqual([]);
  expect(network.routerId).toBeUndefined();
  expect([await promiseOf(network.networkId), await promiseOf(network.subnetId)]).toEqual(["n", "s"]);
});

it("takes the router of an existing subnet where one is named, and makes nothing", async () => {
  const network = await made({ existing: { networkId: "n", subnetId: "s", routerId: "r" } });
  expect(mocks.resources).toEqual([]);
  expect(await promiseOf(network.routerId!)).toBe("r");
  expect(network.attached).toEqual([]);
});
