import { Session } from "../../components/openstack/session";
import { waitFor } from "../shell";
import { compact, Kind, Made } from "./kinds";
import { Props } from "./state";

type Item = Props & { id: string };

/** @throws Error with Neutron's words for any answer but those expected. */
export async function ask(
  session: Session,
  service: string,
  method: string,
  path: string,
  body?: unknown,
  accept: number[] = [],
  headers = {},
) {
  const { status, body: answer } = await session.call(service, method, path, body, headers);
  if (status >= 400 && !accept.includes(status))
    throw new Error(`${method} ${service} ${path}: ${status} ${JSON.stringify(answer)}`);
  return { status, answer: answer as Props };
}

interface Rest {
  singular: string;
  /** The API's body for the program's inputs. */
  body: (inputs: Props) => Props | Promise<Props>;
  /** Query that finds a leftover; default: its name. */
  query?: (inputs: Props) => string;
  updatable?: readonly string[];
  /** Body members that an update may carry. */
  mutable?: readonly string[];
  outputs?: (item: Item, inputs: Props) => Props;
}

/** A kind that is one Neutron collection. */
function collection(session: Session, plural: string, rest: Rest): Kind {
  const { singular, body, query = (i) => `name=${String(i.name)}`, outputs = () => ({}) } = rest;
  const made = (item: Item, inputs: Props): Made => ({ id: item.id, outputs: { ...inputs, ...outputs(item, inputs) } });
  const base = `/v2.0/${plural}`;
  return {
    find: async (inputs) => {
      const { answer } = await ask(session, "network", "GET", `${base}?${query(inputs)}`);
      const [item] = answer[plural.replaceAll("-", "_")] as Item[];
      return item && made(item, inputs);
    },
    create: async (inputs) => {
      const { answer } = await ask(session, "network", "POST", base, { [singular]: compact(await body(inputs)) });
      return made(answer[singular] as Item, inputs);
    },
    exists: async (id) => (await ask(session, "network", "GET", `${base}/${id}`, undefined, [404])).status === 200,
    updatable: rest.updatable ?? [],
    update: async (id, inputs) => {
      const all = await body(inputs);
      const change = Object.fromEntries((rest.mutable ?? []).map((key) => [key, all[key]]));
      const { answer } = await ask(session, "network", "PUT", `${base}/${id}`, { [singular]: change });
      return { ...inputs, ...outputs(answer[singular] as Item, inputs) };
    },
    remove: (id) =>
      // 409: something that is on its way out still uses it.
      waitFor(
        `${singular} ${id} to go`,
        async () => (await ask(session, "network", "DELETE", `${base}/${id}`, undefined, [404, 409])).status !== 409,
        60_000,
        1_000,
      ).then(() => undefined),
  };
}

/** @throws Error where there is no network of that name */
export async function networkId(session: Session, name: unknown): Promise<string> {
  const { answer } = await ask(session, "network", "GET", `/v2.0/networks?name=${String(name)}`);
  const [found] = answer.networks as Item[];
  if (!found) throw new Error(`The cloud has no network ${String(name)}`);
  return found.id;
}

const list = <T>(value: unknown) => (value ?? []) as T[];

/** The Neutron resources that the program uses, by Pulumi type. */
export function neutronKinds(session: Session): Record<string, Kind> {
  const net = "openstack:networking";
  return {
    [`${net}/network:Network`]: collection(session, "networks", {
      singular: "network",
      body: (i) => ({
        name: i.name,
        admin_state_up: i.adminStateUp,
        port_security_enabled: i.portSecurityEnabled,
        mtu: i.mtu,
      }),
    }),
    [`${net}/subnet:Subnet`]: collection(session, "subnets", {
      singular: "subnet",
      body: (i) => ({
        name: i.name,
        network_id: i.networkId,
        cidr: i.cidr,
        ip_version: 4,
        enable_dhcp: i.enableDhcp,
        gateway_ip: i.gatewayIp,
        allocation_pools: i.allocationPools,
        dns_nameservers: i.dnsNameservers,
      }),
      updatable: ["dnsNameservers", "allocationPools"],
      mutable: ["dns_nameservers", "allocation_pools"],
    }),
    [`${net}/router:Router`]: collection(session, "routers", {
      singular: "router",
      body: (i) => ({ name: i.name, admin_state_up: true, external_gateway_info: { network_id: i.externalNetworkId } }),
    }),
    [`${net}/routerInterface:RouterInterface`]: routerInterface(session),
    [`${net}/secGroup:SecGroup`]: collection(session, "security-groups", {
      singular: "security_group",
      body: (i) => ({ name: i.name, description: i.description }),
    }),
    [`${net}/secGroupRule:SecGroupRule`]: collection(session, "security-group-rules", {
      singular: "security_group_rule",
      query: (i) => `security_group_id=${String(i.securityGroupId)}&${ruleQuery(i)}`,
      body: (i) => ({
        security_group_id: i.securityGroupId,
        direction: i.direction,
        ethertype: i.ethertype,
        description: i.description,
        protocol: i.protocol,
        port_range_min: i.portRangeMin,
        port_range_max: i.portRangeMax,
        remote_ip_prefix: i.remoteIpPrefix,
        remote_group_id: i.remoteGroupId,
      }),
    }),
    [`${net}/port:Port`]: collection(session, "ports", {
      singular: "port",
      body: (i) => ({
        name: i.name,
        network_id: i.networkId,
        fixed_ips: list<Props>(i.fixedIps).map((ip) => ({ subnet_id: ip.subnetId, ip_address: ip.ipAddress })),
        security_groups: i.securityGroupIds,
        allowed_address_pairs: list<Props>(i.allowedAddressPairs).map((pair) => ({ ip_address: pair.ipAddress })),
        port_security_enabled: i.portSecurityEnabled,
      }),
      updatable: ["securityGroupIds", "allowedAddressPairs", "tags"],
      mutable: ["security_groups", "allowed_address_pairs"],
    }),
    [`${net}/floatingIp:FloatingIp`]: collection(session, "floatingips", {
      singular: "floatingip",
      query: (i) => `description=${encodeURIComponent(String(i.description))}`,
      // The provider takes the pool's name, Neutron its id.
      body: async (i) => ({ floating_network_id: await networkId(session, i.pool), description: i.description }),
      outputs: (item) => ({ address: item.floating_ip_address }),
    }),
    [`${net}/floatingIpAssociate:FloatingIpAssociate`]: floatingIpAssociate(session),
  };
}

/** Rules have no name: what they say is what they are. */
function ruleQuery(i: Props): string {
  const parts = {
    protocol: i.protocol,
    port_range_min: i.portRangeMin,
    remote_ip_prefix: i.remoteIpPrefix,
    remote_group_id: i.remoteGroupId,
    direction: i.direction,
    description: i.description,
  };
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
    .join("&");
}

function routerInterface(session: Session): Kind {
  const change = (verb: string, router: unknown, subnet: unknown, accept: number[] = []) =>
    ask(
      session,
      "network",
      "PUT",
      `/v2.0/routers/${String(router)}/${verb}_router_interface`,
      { subnet_id: subnet },
      accept,
    );
  return {
    create: async (inputs) => {
      // 400: the subnet's gateway address is a port of this router already.
      await change("add", inputs.routerId, inputs.subnetId, [400]);
      return { id: `${String(inputs.routerId)}/${String(inputs.subnetId)}`, outputs: inputs };
    },
    remove: (_id, before) => change("remove", before.routerId, before.subnetId, [404]).then(() => undefined),
  };
}

function floatingIpAssociate(session: Session): Kind {
  const put = async (address: unknown, port: unknown) => {
    const { answer } = await ask(session, "network", "GET", `/v2.0/floatingips?floating_ip_address=${String(address)}`);
    const [item] = answer.floatingips as Item[];
    if (item) await ask(session, "network", "PUT", `/v2.0/floatingips/${item.id}`, { floatingip: { port_id: port } });
    return item?.id;
  };
  return {
    create: async (inputs) => ({ id: (await put(inputs.floatingIp, inputs.portId)) ?? "", outputs: inputs }),
    remove: (_id, before) => put(before.floatingIp, null).then(() => undefined),
  };
}
