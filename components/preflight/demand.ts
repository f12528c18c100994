import { OVN } from "../kubernetes/api";
import { Facts, Flavor, Rule, Server } from "./facts";
import { Needs, RoleNeeds } from "./needs";
import { Counted } from "./resources";

/** How much of each is still to be made; undefined where that cannot be told, because it is not known what there is. */
export type Demand = Partial<Record<Counted, number | undefined>>;

/**
 * What the plan takes beyond what the stack has, which is told by its names (docs/decisions/0047-preflight.md). Servers that leave are
 * deleted last, so they go on counting as used.
 */
export function demandOf(needs: Needs, facts: Facts): Demand {
  const { keyPair, serverGroups } = needs;
  const { made } = facts;
  return {
    keyPairs: missing(keyPair ? [keyPair.name] : [], made.keyPairs),
    serverGroups: missing(
      serverGroups.map(({ name }) => name),
      made.serverGroups,
    ),
    ...(made.servers ? ofServers(needs, made.servers, facts.flavors) : {}),
    ...ofNetwork(needs, facts),
    ...ofSecurityGroups(needs, facts),
    ...ofBalancer(needs, facts),
  };
}

/** How many of these are not among those that there are; undefined: not known. */
const missing = (names: readonly string[], there: readonly string[] | undefined): number | undefined =>
  there && names.filter((name) => !there.includes(name)).length;

/** The same of servers: of one that is there only what it becomes larger by, as an old one goes before a new one comes. */
function ofServers({ roles }: Needs, servers: readonly Server[], flavors: Flavor[] | undefined): Demand {
  const there = new Map(servers.map((server) => [server.name, server]));
  const all = roles.flatMap((role) => role.servers.map(({ name }) => ({ role, before: there.get(name) })));
  const total = (each: (role: RoleNeeds, before: Server | undefined) => number) =>
    all.reduce((sum, { role, before }) => sum + each(role, before), 0);
  const growth = (key: "vcpus" | "ram") =>
    flavors &&
    total((role, before) => {
      // A flavor that is not there is a problem of its own, and one that has gone since is taken for the same.
      const wanted = flavors.find(({ name }) => name === role.flavor)?.[key] ?? 0;
      return before ? wanted - (flavors.find(({ id }) => id === before.flavorId)?.[key] ?? wanted) : wanted;
    });
  return {
    instances: total((_role, before) => (before ? 0 : 1)),
    cores: growth("vcpus"),
    ram: growth("ram"),
    // Unknown of one server, they are of all: Cinder did not answer.
    ...(servers.some(({ volumes }) => !volumes)
      ? {}
      : {
          volumes: total(({ rootVolume }, before) => (rootVolume && !before?.volumes?.length ? 1 : 0)),
          gigabytes: total(({ rootVolume }, before) =>
            rootVolume ? rootVolume.size - (before?.volumes?.[0] ?? 0) : 0,
          ),
        }),
  };
}

function ofNetwork(needs: Needs, { made, ports }: Facts): Demand {
  const { clusterName, network, roles, endpoint, floatingIp } = needs;
  const own = network.existing ? [] : [clusterName];
  const networks = missing(own, made.networks);
  const routers = missing(network.externalNetwork === undefined ? [] : own, made.routers);
  const names = roles.flatMap(({ servers }) => servers.map(({ name }) => name));
  const nodes = missing(names, networks === 1 ? [] : ports?.map(({ name }) => name));
  // Octavia calls its port as it likes.
  const api = missing(
    endpoint ? [endpoint.address] : [],
    networks === 1 ? [] : ports?.flatMap((port) => port.addresses),
  );
  // OVN tries a balancer's members from a port of its own in their subnet (ovn_octavia_provider/helper.py, `_create_hm_port`).
  const monitor = missing(
    endpoint?.kind === "octavia" && endpoint.provider === OVN ? [OVN_MONITOR] : [],
    networks === 1 ? [] : ports?.map(({ name }) => name.slice(0, OVN_MONITOR.length)),
  );
  return {
    networks,
    subnets: missing(own, made.subnets),
    routers,
    floatingIps: made.floatingIps === undefined ? undefined : Math.max(0, Number(floatingIp) - made.floatingIps),
    // Two are of Neutron's making: the router's, and one for DHCP or metadata in a new network.
    ports: sum(nodes, api, monitor, networks, routers),
  };
}

const OVN_MONITOR = "ovn-lb-hm-";

/** The API's balancer with one listener, one pool and one monitor, and a member for each control-plane node. */
function ofBalancer({ endpoint, roles }: Needs, { made: { balancer } }: Facts): Demand {
  if (endpoint?.kind !== "octavia") return {};
  const members = roles.find(({ key }) => key === "controlPlane")?.servers.length ?? 0;
  const wanted = { loadBalancers: 1, listeners: 1, pools: 1, members, healthMonitors: 1 };
  const kinds = Object.keys(wanted) as (keyof typeof wanted)[];
  return Object.fromEntries(kinds.map((kind) => [kind, balancer && Math.max(0, wanted[kind] - balancer[kind])]));
}

const sum = (...counts: (number | undefined)[]): number | undefined =>
  counts.reduce((all, count) => (all === undefined || count === undefined ? undefined : all + count), 0);

/** Neutron gives each new group two rules that let everything out, for IPv4 and IPv6. */
const DEFAULT_RULES = 2;

function ofSecurityGroups({ clusterName, rules }: Needs, { made, securityGroups }: Facts): Demand {
  const title = (group: string) => `${clusterName}-${group}`;
  const groups = ["control-plane", "worker"] as const;
  const created = missing(
    groups.map(title),
    securityGroups?.map(({ name = "" }) => name),
  );
  const planned = groups.flatMap((group) =>
    rules[group].map(({ protocol, ports, from }) =>
      keyOf({
        group: title(group),
        direction: "ingress",
        ethertype: "IPv4",
        protocol: protocol ?? null,
        first: ports?.[0] ?? null,
        last: ports?.[1] ?? null,
        prefix: "cidr" in from ? from.cidr : null,
        remoteGroup: "group" in from ? title(from.group) : null,
      }),
    ),
  );
  return {
    securityGroups: created,
    securityGroupRules: sum(missing(planned, made.rules?.map(keyOf)), created && DEFAULT_RULES * created),
  };
}

const ANY = "0.0.0.0/0";

/** A rule as a text that is the same for equal ones. Neutron may say no prefix for any address. */
const keyOf = ({ prefix, ...rule }: Rule) => {
  const { group, direction, ethertype, protocol, first, last, remoteGroup } = rule;
  return JSON.stringify([
    group,
    direction,
    ethertype,
    protocol,
    first,
    last,
    prefix === ANY ? null : prefix,
    remoteGroup,
  ]);
};
