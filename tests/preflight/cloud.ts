import { Facts, Rule } from "../../components/preflight/facts";
import { Needs } from "../../components/preflight/needs";
import { neutronSubnet } from "../fixtures";

export const GIB = 2 ** 30;

/** A security group that another project shares. */
export const GROUP_ID = "33333333-3333-4333-8333-333333333333";

/** A cloud on which the default plan fits, and of which nothing is made yet: what a test is about is put over it. */
export const cloud = (): Facts => ({
  quotas: {
    instances: { limit: 10, used: 2 },
    cores: { limit: 20, used: 4 },
    ram: { limit: 51_200, used: 8_192 },
    serverGroups: { limit: 10, used: 0 },
    serverGroupMembers: { limit: 10, used: 0 },
    keyPairs: { limit: 100, used: 1 },
    networks: { limit: 10, used: 1 },
    subnets: { limit: 10, used: 1 },
    routers: { limit: 10, used: 1 },
    ports: { limit: 50, used: 5 },
    securityGroups: { limit: 10, used: 1 },
    securityGroupRules: { limit: 100, used: 4 },
    floatingIps: { limit: 10, used: 1 },
    loadBalancers: { limit: 10, used: 1 },
    listeners: { limit: 10, used: 1 },
    pools: { limit: 10, used: 1 },
    members: { limit: 50, used: 2 },
    healthMonitors: { limit: 10, used: 1 },
    volumes: { limit: 10, used: 1 },
    gigabytes: { limit: 1_000, used: 10 },
  },
  flavors: [
    { id: "flavor-small", name: "m1.small", vcpus: 1, ram: 2_048, disk: 20 },
    { id: "flavor-medium", name: "m1.medium", vcpus: 2, ram: 4_096, disk: 40 },
    { id: "flavor-tiny", name: "m1.tiny", vcpus: 1, ram: 512, disk: 1 },
    { id: "flavor-diskless", name: "d1.medium", vcpus: 2, ram: 4_096, disk: 0 },
  ],
  images: [
    {
      id: "image-12",
      name: "debian-12",
      status: "active",
      min_disk: 3,
      min_ram: 1_024,
      size: GIB,
      virtual_size: 2 * GIB,
    },
  ],
  zones: [
    { name: "az1", available: true },
    { name: "az2", available: true },
    { name: "az3", available: false },
  ],
  volumeZones: [{ name: "az1", available: true }],
  volumeTypes: ["ssd", "hdd"],
  networks: [
    { id: "external-id", name: "public", project_id: "operator", external: true },
    { id: "internal-id", name: "office", project_id: "operator", external: false },
  ],
  extensions: [
    "port-security",
    "allowed-address-pairs",
    "security-group",
    "standard-attr-tag",
    "external-net",
    "router",
    "net-mtu-writable",
    "extraroute-atomic",
    "revision-if-match",
  ],
  router: null,
  routerRouteLimit: 30,
  securityGroups: [{ id: "default-id", name: "default" }, { id: GROUP_ID }],
  made: {
    servers: [],
    serverGroups: [],
    keyPairs: ["laptop"],
    networks: [],
    subnets: [],
    routers: [],
    floatingIps: 0,
    rules: [],
    balancer: { portIds: [], loadBalancers: 0, listeners: 0, pools: 0, members: 0, healthMonitors: 0 },
  },
  projectId: "project-id",
});

export const NETWORK_ID = "11111111-1111-4111-8111-111111111111";
export const SUBNET_ID = "22222222-2222-4222-8222-222222222222";
export const ROUTER_ID = "44444444-4444-4444-8444-444444444444";
/** Existing ones, as a configuration names them. */
export const EXISTING = { networkId: NETWORK_ID, subnetId: SUBNET_ID };

/** The same cloud with a network of the project's own, and a subnet in it that has been made for the default plan. */
export function cloudWithSubnet(): Facts {
  const facts = cloud();
  facts.networks!.push({
    ...{ id: NETWORK_ID, name: "nodes", project_id: "project-id", external: false },
    ...{ admin_state_up: true, mtu: 1_442, port_security_enabled: true },
  });
  facts.subnet = neutronSubnet({ network_id: NETWORK_ID });
  facts.ports = [
    {
      id: "router-port",
      name: "",
      device_owner: "network:router_interface",
      device_id: "router-id",
      addresses: ["10.106.1.1"],
    },
  ];
  facts.routers = [{ id: "router-id", externalNetworkId: "external-id" }];
  facts.router = { id: ROUTER_ID, routes: [], interfaces: [{ subnetId: SUBNET_ID, address: "10.106.1.1" }] };
  return facts;
}

/** The cloud once all of a plan has been made on it. */
export function afterwards(made: Needs): Facts {
  const facts = cloud();
  const { clusterName, roles, serverGroups, keyPair, endpoint } = made;
  const groups = ["control-plane", "worker"] as const;
  const flavorId = (name: string) => facts.flavors!.find((flavor) => flavor.name === name)!.id;
  const servers = roles.flatMap((role) =>
    role.servers.map(({ name, zone = "nova" }) => ({
      ...{ id: `id of ${name}`, name, flavorId: flavorId(role.flavor) },
      zone,
      imageId: role.rootVolume ? "" : "image-12",
      volumes: role.rootVolume ? [role.rootVolume.size] : [],
    })),
  );
  facts.made = {
    servers,
    serverGroups: serverGroups.map(({ name }) => name),
    keyPairs: keyPair ? [keyPair.name] : [],
    networks: [clusterName],
    subnets: [clusterName],
    routers: [clusterName],
    floatingIps: 1,
    rules: groups.flatMap((group) => [
      ...made.rules[group].map(({ protocol, ports, from }): Rule => ({
        ...{ group: `${clusterName}-${group}`, direction: "ingress", ethertype: "IPv4", protocol: protocol ?? null },
        ...{ first: ports?.[0] ?? null, last: ports?.[1] ?? null },
        prefix: "cidr" in from ? from.cidr : null,
        remoteGroup: "group" in from ? `${clusterName}-${from.group}` : null,
      })),
      ...["IPv4", "IPv6"].map((ethertype) => ({
        ...{ group: `${clusterName}-${group}`, direction: "egress", ethertype, protocol: null },
        ...{ first: null, last: null, prefix: null, remoteGroup: null },
      })),
    ]),
  };
  if (endpoint?.kind === "octavia") {
    const members = roles[0]!.servers.length;
    const portIds = [`${clusterName}-api`];
    facts.made.balancer = { portIds, loadBalancers: 1, listeners: 1, pools: 1, members, healthMonitors: 1 };
  }
  facts.securityGroups!.push(...groups.map((group) => ({ id: group, name: `${clusterName}-${group}` })));
  const port = (name: string, address: string) => ({
    id: name,
    name,
    device_owner: "",
    device_id: "",
    addresses: [address],
  });
  facts.ports = [
    ...roles.flatMap((role) => role.servers.map(({ name, address }) => port(name, address))),
    ...(endpoint ? [port(`${clusterName}-api`, endpoint.address)] : []),
  ];
  return facts;
}
