import * as pulumi from "@pulumi/pulumi";
import { ApiEndpoint, ApiEndpointArgs } from "../../../components/network/apiEndpoint";
import { allRegistered, promiseOf, sorted, spyOnOptions, startMocks } from "../../mocks";

const made = async (args: ApiEndpointArgs) => {
  const mocks = await startMocks();
  const { opts, seen } = spyOnOptions();
  const { portId } = new ApiEndpoint("dev", args, opts);
  await allRegistered();
  return { mocks, seen, portId: await promiseOf(portId) };
};
const PLACE = { subnetId: "s", address: "10.106.1.199" };

it("reserves the address that a node is to hold with a port that no server has, old before new", async () => {
  const { mocks, seen, portId } = await made({ ...PLACE, kind: "vip", networkId: "n", securityGroupId: "g" });
  expect(mocks.resources).toEqual([
    {
      type: "openstack:networking/port:Port",
      name: "dev-api",
      inputs: {
        name: "dev-api",
        networkId: "n",
        adminStateUp: true,
        fixedIps: [{ subnetId: "s", ipAddress: "10.106.1.199" }],
        securityGroupIds: ["g"],
        portSecurityEnabled: true,
        tags: ["dev"],
      },
    },
  ]);
  expect(seen.get("Port dev-api")).toMatchObject({ deleteBeforeReplace: true });
  expect(portId).toBe("dev-api-id");
});

const MEMBERS = [0, 1, 2].map((n) => ({ name: `dev-control-plane-${n}`, address: `10.106.1.25${n}` }));
const BALANCER = {
  ...PLACE,
  kind: "octavia" as const,
  provider: "amphora",
  allowedCidrs: ["198.51.100.0/24", "10.106.1.0/24", "198.51.100.0/24"],
  members: MEMBERS,
};

it("makes Octavia pass TCP on to the servers that are ready, for whoever is listed", async () => {
  const { mocks, portId } = await made(BALANCER);
  const of = (kind: string, name: string, inputs: object) => ({
    type: `openstack:loadbalancer/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
    name,
    inputs: { name, ...inputs },
  });
  const hours = 14_400_000;
  expect(sorted(mocks.resources)).toEqual(
    sorted([
      of("LoadBalancer", "dev-api", {
        description: "Kubernetes API of dev",
        vipSubnetId: "s",
        vipAddress: "10.106.1.199",
        loadbalancerProvider: "amphora",
      }),
      {
        type: "pulumi-nodejs:dynamic/network:CascadingDelete",
        name: "dev-api",
        inputs: { __provider: "serialised", loadBalancerId: "dev-api-id" },
      },
      of("Listener", "dev-api", {
        loadbalancerId: "dev-api-id",
        protocol: "TCP",
        protocolPort: 443,
        allowedCidrs: ["10.106.1.0/24", "198.51.100.0/24"],
        timeoutClientData: hours,
        timeoutMemberData: hours,
      }),
      of("Pool", "dev-api", { listenerId: "dev-api-id", protocol: "TCP", lbMethod: "LEAST_CONNECTIONS" }),
      ...MEMBERS.map(({ name, address }) =>
        of("Member", name, { poolId: "dev-api-id", address, protocolPort: 6443, subnetId: "s" }),
      ),
      of("Monitor", "dev-api", {
        ...{ poolId: "dev-api-id", type: "HTTPS", httpMethod: "GET", urlPath: "/readyz", expectedCodes: "200" },
        ...{ delay: 3, timeout: 2, maxRetries: 2, maxRetriesDown: 2 },
      }),
    ]),
  );
  expect(portId).toBe("vip port of dev-api");
});

it("has OVN do what it can: no allowed CIDRs, no timeouts, a monitor that connects, a choice by addresses", async () => {
  const { mocks } = await made({ ...BALANCER, provider: "ovn" });
  const inputs = (kind: string) => mocks.resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs;
  expect(inputs("LoadBalancer")).toMatchObject({ loadbalancerProvider: "ovn" });
  const called = { name: "dev-api" };
  expect(inputs("Listener")).toEqual({
    ...called,
    loadbalancerId: "dev-api-id",
    protocol: "TCP",
    protocolPort: 443,
  });
  expect(inputs("Pool")).toMatchObject({ lbMethod: "SOURCE_IP_PORT" });
  const times = { delay: 3, timeout: 2, maxRetries: 2, maxRetriesDown: 2 };
  expect(inputs("Monitor")).toEqual({ ...called, poolId: "dev-api-id", type: "TCP", ...times });
});

it("makes a member when what has its address is there", async () => {
  await startMocks();
  const port = new pulumi.ComponentResource("test:index:Port", "port");
  await allRegistered();
  const members = MEMBERS.map((member, n) => (n === 1 ? { ...member, port } : member));
  const { seen } = await made({ ...BALANCER, members });
  expect(MEMBERS.map(({ name }) => seen.get(`Member ${name}`)?.dependsOn)).toEqual([undefined, [port], undefined]);
});

it("leaves the provider to the cloud, and deletes the balancer with all that is in it", async () => {
  const { mocks, seen } = await made({ ...BALANCER, provider: undefined });
  expect(mocks.resources.find(({ type }) => type.endsWith(":LoadBalancer"))?.inputs).not.toHaveProperty(
    "loadbalancerProvider",
  );
  const withIt = [...seen].flatMap(([name, { deletedWith }]) => (deletedWith ? [name] : []));
  expect(withIt.sort()).toEqual(
    ["Listener dev-api", ...MEMBERS.map(({ name }) => `Member ${name}`), "Monitor dev-api", "Pool dev-api"].sort(),
  );
  expect(seen.get("LoadBalancer dev-api")).toMatchObject({ deleteBeforeReplace: true });
});
