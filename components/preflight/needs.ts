import { AddressRange } from "../addressing/subnetLayout";
import { keyPairName } from "../machines/keyPair";
import { controlPlaneRules, Group, IngressRule, rulesInput, workerRules } from "../network/securityRules";
import { ClusterSpec, WorkerPoolSpec } from "../settings/resolve";
import { publishesPlan } from "../settings/routeTier";
import { groupNumber, groupPolicy } from "../settings/serverGroups";
import { zoneOf } from "../settings/zones";

/** What a cluster's plan takes of the cloud: plain values, as they travel to the provider's process. */
export interface Needs {
  clusterName: string;
  /** The control plane and the pools that have servers. */
  roles: RoleNeeds[];
  network: NetworkNeeds;
  /** The plan's host routes. */
  routes: { destination: string; nextHop: string }[];
  /** How many workers have none of those: nodes read their routes in the cluster. */
  withoutHostRoute: number;
  /** What is to be on the router, too: the whole plan. */
  onRouter?: RouterNeeds;
  /** All pods' range: routes within it are the stack's, of now or of before. */
  clusterCidr: string;
  rules: Record<Group, IngressRule[]>;
  /** Server groups, each with the names of its servers. */
  serverGroups: { key: string; name: string; servers: string[] }[];
  /** How many servers the configuration puts into one group. */
  maxServerGroupMembers: number;
  /** The pair's name and the operator's key. */
  keyPair?: { name: string; publicKey: string };
  /** The API's own address, and who holds it. */
  endpoint?: { kind: "vip" | "octavia"; address: string; provider?: string };
  floatingIp: boolean;
}

export interface RoleNeeds {
  /** The configuration's key: `controlPlane`, `workerPools[0]`. */
  key: string;
  flavor: string;
  image: string;
  /** GiB, and Cinder's type; undefined: a disk of the flavor's. */
  rootVolume?: { size: number; type?: string };
  extraSecurityGroups: string[];
  servers: { name: string; address: string; zone?: string }[];
}

export interface RouterNeeds {
  /** An existing one; undefined: the stack's own. */
  routerId?: string;
  routes: { destination: string; nextHop: string }[];
  /** How many routes Neutron allows on it, as far as the configuration knows. */
  most: number;
}

export interface NetworkNeeds {
  cidr: string;
  gateway: string;
  /** What the plan leaves to others; and what the configuration says of it, where it does. */
  pools: AddressRange[];
  allocationPool?: AddressRange;
  dnsServers: string[];
  mtu?: number;
  externalNetwork?: string;
  maxHostRoutes: number;
  /** Whether nodes may have routes from the published plan, too. */
  readsPlan: boolean;
  /** Ids of existing ones. */
  existing?: { networkId: string; subnetId: string };
}

/** Derives what the plan takes, by the names that the components give. */
export function needsOf(spec: ClusterSpec): Needs {
  const { clusterName, plan, hostRoutes, api, apiEndpoint, sshPublicKey, maxServerGroupMembers } = spec;
  const pools = spec.workerPools.map((pool, i) => ({
    key: `workerPools[${i}]`,
    title: `${clusterName}-${pool.name}`,
    role: pool,
    nodes: plan.workers.filter((node) => node.pool === pool.name),
  }));
  const controlPlane = {
    key: "controlPlane",
    title: `${clusterName}-control-plane`,
    role: spec.controlPlane,
    nodes: plan.controlPlane,
  };
  const roles = [controlPlane, ...pools].filter(({ nodes }) => nodes.length > 0);
  const rules = rulesInput(spec);
  const routesOf = (routes: ClusterSpec["hostRoutes"]) =>
    routes.map(({ destination, nextHop }) => ({ destination, nextHop }));
  const { routerRoutes, routerId, maxRouterRoutes: most } = spec.network;
  return {
    clusterName,
    roles: roles.map(roleNeeds),
    network: networkNeeds(spec),
    routes: routesOf(hostRoutes),
    withoutHostRoute: plan.routes.length - hostRoutes.length,
    ...(routerRoutes ? { onRouter: { ...set({ routerId }), routes: routesOf(plan.routes), most } } : {}),
    clusterCidr: spec.clusterCidr,
    rules: { "control-plane": controlPlaneRules(rules), worker: workerRules(rules) },
    serverGroups: roles.flatMap((role) => groupsOf(role, maxServerGroupMembers)),
    maxServerGroupMembers,
    ...(sshPublicKey === undefined
      ? {}
      : { keyPair: { name: keyPairName(clusterName, sshPublicKey), publicKey: sshPublicKey } }),
    ...(api.kind === "vip" || api.kind === "octavia"
      ? {
          endpoint: {
            kind: api.kind,
            address: api.host,
            ...set({ provider: apiEndpoint.provider }),
          },
        }
      : {}),
    floatingIp: api.floatingIp,
  };
}

interface RoleNodes {
  key: string;
  title: string;
  role: Pick<
    WorkerPoolSpec,
    "count" | "flavor" | "image" | "rootVolume" | "availabilityZones" | "serverGroup" | "extraSecurityGroups"
  >;
  nodes: readonly { name: string; address: string; index: number }[];
}

function roleNeeds({ key, role, nodes }: RoleNodes): RoleNeeds {
  const { flavor, image, rootVolume, availabilityZones, extraSecurityGroups } = role;
  return {
    key,
    flavor,
    image,
    ...(rootVolume ? { rootVolume: { size: rootVolume.size, ...set({ type: rootVolume.type }) } } : {}),
    extraSecurityGroups: [...extraSecurityGroups],
    servers: nodes.map(({ name, address, index }) => ({
      name,
      address,
      ...set({ zone: zoneOf(availabilityZones, index) }),
    })),
  };
}

function networkNeeds({ network, layout }: ClusterSpec): NetworkNeeds {
  const { cidr, allocationPool, dnsServers, mtu, externalNetwork, maxHostRoutes, networkId, subnetId } = network;
  return {
    cidr,
    gateway: layout.gateway,
    pools: [...layout.allocationPools],
    dnsServers: [...dnsServers],
    ...set({ allocationPool, mtu, externalNetwork }),
    maxHostRoutes,
    readsPlan: publishesPlan({ network }),
    ...(networkId && subnetId ? { existing: { networkId, subnetId } } : {}),
  };
}

function groupsOf({ key, title, role, nodes }: RoleNodes, most: number): Needs["serverGroups"] {
  const policy = groupPolicy(role.serverGroup, role.count);
  const groups = new Map<number, string[]>();
  for (const { name, index } of nodes) {
    const number = groupNumber(policy, index, most);
    if (number !== undefined) groups.set(number, [...(groups.get(number) ?? []), name]);
  }
  return [...groups].map(([number, servers]) => ({ key, name: `${title}-group-${number}`, servers }));
}

/** Without what is not set, which has no form on the wire. */
const set = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
