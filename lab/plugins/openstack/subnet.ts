import { Kind } from "../protocol/kind";
import { Properties, replaces, updates } from "../protocol/schema";
import { isObject, isUnknown, list, Props } from "../protocol/values";
import { Cloud, nonEmpty } from "./api";
import { collection } from "./collection";
import { SOURCE } from "./source";

const of = (field: string) => `${SOURCE}/resource_openstack_networking_subnet_v2.go, ${field}`;

const pool = {
  object: {
    start: { type: "string", required: true, ...updates(of("allocation_pools.start")) },
    end: { type: "string", required: true, ...updates(of("allocation_pools.end")) },
  },
} as const;

const inputs: Properties = {
  name: { type: "string", required: true, ...updates(of("name: no ForceNew")) },
  description: { type: "string", ...updates(of("description: no ForceNew")) },
  networkId: { type: "string", required: true, ...replaces(of("network_id: ForceNew")) },
  cidr: { type: "string", required: true, ...replaces(of("cidr: ForceNew")) },
  ipVersion: { type: "integer", default: 4, ...replaces(of("ip_version: ForceNew, default 4")) },
  enableDhcp: { type: "boolean", default: true, ...updates(of("enable_dhcp: no ForceNew, default true")) },
  gatewayIp: { type: "string", computed: true, ...updates(of("gateway_ip: no ForceNew")) },
  // A list whose order says nothing: `networkingSubnetV2AllocationPoolsCustomizeDiff` clears such a difference.
  allocationPools: { type: { set: pool }, computed: true, ...updates(of("allocation_pools: no ForceNew")) },
  dnsNameservers: { type: { list: "string" }, ...updates(of("dns_nameservers: no ForceNew")) },
  tags: { type: { set: "string" }, ...updates(of("tags: no ForceNew")) },
  tenantId: { type: "string", computed: true, ...replaces(of("tenant_id: ForceNew")) },
};

export const subnet = (cloud: Cloud): Kind => ({
  ...collection({
    cloud,
    plural: "subnets",
    singular: "subnet",
    inputs,
    body: (goal) => ({
      name: goal.name,
      description: goal.description,
      network_id: goal.networkId,
      cidr: goal.cidr,
      ip_version: goal.ipVersion ?? 4,
      enable_dhcp: goal.enableDhcp ?? true,
      gateway_ip: goal.gatewayIp,
      allocation_pools: goal.allocationPools,
      dns_nameservers: goal.dnsNameservers,
      tenant_id: goal.tenantId,
    }),
    mutable: {
      name: "name",
      description: "description",
      enableDhcp: "enable_dhcp",
      gatewayIp: "gateway_ip",
      allocationPools: "allocation_pools",
      dnsNameservers: "dns_nameservers",
    },
    state: (item) => ({
      name: item.name,
      description: item.description ?? "",
      networkId: item.network_id,
      cidr: item.cidr,
      ipVersion: item.ip_version,
      enableDhcp: item.enable_dhcp,
      gatewayIp: nonEmpty(item.gateway_ip) ?? "",
      noGateway: !item.gateway_ip,
      allocationPools: item.allocation_pools ?? [],
      allocationPoolsCollection: item.allocation_pools ?? [],
      // Like the provider, which reads no host routes: they are other resources' business.
      hostRoutes: [],
      dnsNameservers: item.dns_nameservers ?? [],
      serviceTypes: item.service_types ?? [],
      tenantId: item.tenant_id,
      subnetpoolId: item.subnetpool_id ?? "",
      ipv6AddressMode: item.ipv6_address_mode ?? "",
      ipv6RaMode: item.ipv6_ra_mode ?? "",
    }),
  }),
  check: (goal) => {
    const servers = list<string>(goal.dnsNameservers);
    const twice = servers.findIndex((server, i) => !isUnknown(server) && servers.indexOf(server) !== i);
    const pools = list<Props>(goal.allocationPools).filter(isObject);
    const failures = twice < 0 ? [] : [{ property: `dnsNameservers[${twice}]`, reason: "is there twice" }];
    const empty = pools.length === 0 && Array.isArray(goal.allocationPools);
    return empty ? [...failures, { property: "allocationPools", reason: "must not be empty" }] : failures;
  },
});
