import { listed } from "../../openstack/listed";
import { readSubnet } from "../../openstack/subnet";
import { Facts, Network, Port, Rule } from "../facts";
import { Needs } from "../needs";
import { answerOf, quota, Reader, tried } from "./reader";
import { onlyOne, OwnRouter, readRouter, readRouters } from "./routers";

interface Item {
  id: string;
  name: string;
  project_id?: string;
}
type NetworkFacts = Pick<
  Facts,
  | "quotas"
  | "routerRouteLimit"
  | "networks"
  | "extensions"
  | "securityGroups"
  | "ports"
  | "subnet"
  | "routers"
  | "router"
  | "made"
>;

/** Neutron's quotas and extensions, what there is of the stack's network, and the existing subnet. */
export async function readNeutron(reader: Reader, needs: Needs): Promise<NetworkFacts> {
  const { clusterName, network, onRouter, floatingIp } = needs;
  const own = <T extends Item>(plural: string) => tried(reader, plural, () => ownOf<T>(reader, plural, clusterName));
  const named = onRouter?.routerId;
  const [quotas, extensions, networks, groups, subnet, subnets, routers, router, floatingIps] = await Promise.all([
    tried(reader, "Neutron's quotas", () => readQuotas(reader)),
    tried(reader, "extensions", () => readExtensions(reader)),
    tried(reader, "networks", () => listed<Item>(reader.session, "network", "/v2.0/networks", "networks")),
    tried(reader, "security groups", () => readGroups(reader)),
    network.existing &&
      tried(reader, "the existing subnet", () => readSubnet(reader.session, network.existing!.subnetId)),
    own("subnets"),
    own<Item & OwnRouter>("routers"),
    named === undefined ? undefined : tried(reader, "the named router", () => readRouter(reader, named)),
    floatingIp ? tried(reader, "floating IPs", () => countFloatingIps(reader, clusterName)) : 0,
  ]);
  const mine = networks?.filter(({ name, project_id }) => name === clusterName && isOwn(reader, project_id));
  const ids = network.existing ? [network.existing.networkId] : (mine ?? []).map(({ id }) => id);
  const stacks = groups?.filter(({ name }) => name?.startsWith(`${clusterName}-`)) ?? [];
  const [ports, rules] = await Promise.all([
    ids.length > 0 ? tried(reader, "ports", () => readPorts(reader, ids)) : undefined,
    groups && tried(reader, "security group rules", () => readRules(reader, stacks)),
  ]);
  const table = onRouter && named === undefined ? routers && onlyOne(routers) : router;
  const near = network.existing && floatingIp && ports ? await readRouters(reader, ports) : undefined;
  return {
    quotas: {},
    ...quotas,
    ...(extensions ? { extensions } : {}),
    ...(networks ? { networks: networks.map(networkOf) } : {}),
    ...(groups ? { securityGroups: groups } : {}),
    ...(subnet === undefined ? {} : { subnet }),
    ...(ports ? { ports } : {}),
    ...(near ? { routers: near } : {}),
    ...(table === undefined ? {} : { router: table }),
    made: {
      ...(mine ? { networks: mine.map(({ name }) => name) } : {}),
      ...(subnets ? { subnets: subnets.map(({ name }) => name) } : {}),
      ...(routers ? { routers: routers.map(({ name }) => name) } : {}),
      ...(floatingIps === undefined ? {} : { floatingIps }),
      ...(rules ? { rules } : {}),
    },
  };
}

/** An administrator sees what belongs to others, too. */
const isOwn = ({ session: { projectId } }: Reader, owner: string | undefined) =>
  projectId === undefined || owner === undefined || owner === projectId;

async function ownOf<T extends Item>(reader: Reader, plural: string, name: string): Promise<T[]> {
  const found = await listed<T>(reader.session, "network", `/v2.0/${plural}?name=${name}`, plural);
  return found.filter(({ project_id }) => isOwn(reader, project_id));
}

async function readQuotas(reader: Reader): Promise<Pick<Facts, "quotas" | "routerRouteLimit">> {
  const { projectId } = reader.session;
  if (projectId === undefined) throw new Error("Keystone names no project that the credentials are for");
  interface Detail {
    limit: number;
    used: number;
    reserved?: number;
  }
  const answer = await answerOf<{ quota: Record<string, Detail | undefined> }>(
    reader,
    "network",
    `/v2.0/quotas/${projectId}/details`,
  );
  const of = (resource: string) => {
    const found = answer.quota[resource];
    // What somebody is about to make is reserved.
    return found && quota(found.limit, found.used + (found.reserved ?? 0));
  };
  const quotas = {
    networks: of("network"),
    subnets: of("subnet"),
    routers: of("router"),
    ports: of("port"),
    securityGroups: of("security_group"),
    securityGroupRules: of("security_group_rule"),
    floatingIps: of("floatingip"),
  };
  // One router's, so that nothing counts as used.
  const routes = answer.quota.router_route;
  return { quotas, ...(routes ? { routerRouteLimit: routes.limit } : {}) };
}

async function readExtensions(reader: Reader): Promise<string[]> {
  const { extensions } = await answerOf<{ extensions: { alias: string }[] }>(reader, "network", "/v2.0/extensions");
  return extensions.map(({ alias }) => alias);
}

async function readGroups(reader: Reader): Promise<NonNullable<Facts["securityGroups"]>> {
  const path = "/v2.0/security-groups?fields=id&fields=name&fields=project_id";
  const found = await listed<Item>(reader.session, "network", path, "security_groups");
  return found.map(({ id, name, project_id }) => (isOwn(reader, project_id) ? { id, name } : { id }));
}

const networkOf = (item: Item): Network => {
  const { "router:external": external, ...found } = item as Item & { "router:external"?: boolean };
  const { id, name, project_id, admin_state_up, mtu, port_security_enabled } = found as Item & Partial<Network>;
  return {
    ...{ id, name, external: external === true },
    ...(project_id === undefined ? {} : { project_id }),
    ...(admin_state_up === undefined ? {} : { admin_state_up }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(port_security_enabled === undefined ? {} : { port_security_enabled }),
  };
};

async function countFloatingIps(reader: Reader, clusterName: string): Promise<number> {
  const description = `Kubernetes API of ${clusterName}`;
  const path = `/v2.0/floatingips?description=${encodeURIComponent(description)}`;
  const found = await listed<Item & { description: string }>(reader.session, "network", path, "floatingips");
  return found.filter((each) => each.description === description && isOwn(reader, each.project_id)).length;
}

async function readPorts({ session }: Reader, networkIds: readonly string[]): Promise<Port[]> {
  const networks = networkIds.map((id) => `network_id=${id}`).join("&");
  const fields = ["id", "name", "device_owner", "device_id", "fixed_ips"].map((field) => `fields=${field}`).join("&");
  type Found = Omit<Port, "addresses"> & { fixed_ips: { ip_address: string }[] };
  const found = await listed<Found>(session, "network", `/v2.0/ports?${networks}&${fields}`, "ports");
  return found.map(({ fixed_ips, ...port }) => ({ ...port, addresses: fixed_ips.map(({ ip_address }) => ip_address) }));
}

async function readRules({ session }: Reader, groups: readonly { id: string; name?: string }[]): Promise<Rule[]> {
  if (groups.length === 0) return [];
  const nameOf = (id: string | null) => groups.find((group) => group.id === id)?.name ?? id;
  const query = groups.map(({ id }) => `security_group_id=${id}`).join("&");
  interface Found {
    id: string;
    security_group_id: string;
    direction: string;
    ethertype: string;
    protocol: string | null;
    port_range_min: number | null;
    port_range_max: number | null;
    remote_ip_prefix: string | null;
    remote_group_id: string | null;
  }
  const path = `/v2.0/security-group-rules?${query}`;
  const found = await listed<Found>(session, "network", path, "security_group_rules");
  return found.map((rule) => ({
    group: nameOf(rule.security_group_id)!,
    direction: rule.direction,
    ethertype: rule.ethertype,
    protocol: rule.protocol,
    first: rule.port_range_min,
    last: rule.port_range_max,
    prefix: rule.remote_ip_prefix,
    remoteGroup: nameOf(rule.remote_group_id),
  }));
}
