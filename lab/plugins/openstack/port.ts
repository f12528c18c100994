import { Kind } from "../protocol/kind";
import { Properties, replaces, updates } from "../protocol/schema";
import { isZero, list, Props } from "../protocol/values";
import { Cloud } from "./api";
import { collection } from "./collection";
import { SOURCE } from "./source";

const of = (field: string) => `${SOURCE}/resource_openstack_networking_port_v2.go, ${field}`;

const fixedIp = {
  object: {
    subnetId: { type: "string", required: true, ...updates(of("fixed_ip.subnet_id: no ForceNew")) },
    ipAddress: { type: "string", ...updates(of("fixed_ip.ip_address: no ForceNew")) },
  },
} as const;
const addressPair = {
  object: {
    ipAddress: { type: "string", required: true, ...updates(of("allowed_address_pairs.ip_address: no ForceNew")) },
    macAddress: { type: "string", ...updates(of("allowed_address_pairs.mac_address: no ForceNew")) },
  },
} as const;

const inputs: Properties = {
  name: { type: "string", required: true, ...updates(of("name: no ForceNew")) },
  description: { type: "string", ...updates(of("description: no ForceNew")) },
  networkId: { type: "string", required: true, ...replaces(of("network_id: ForceNew")) },
  adminStateUp: { type: "boolean", computed: true, ...updates(of("admin_state_up: no ForceNew")) },
  macAddress: { type: "string", computed: true, ...replaces(of("mac_address: ForceNew")) },
  // Neither of these two is read back: the provider sets `all_fixed_ips` and `all_security_group_ids` instead.
  fixedIps: { type: { list: fixedIp }, ...updates(of("fixed_ip: no ForceNew, not set by Read")) },
  securityGroupIds: {
    type: { set: "string" },

    ...updates(of("security_group_ids: no ForceNew, not set by Read")),
  },
  allowedAddressPairs: { type: { set: addressPair }, ...updates(of("allowed_address_pairs: no ForceNew")) },
  portSecurityEnabled: { type: "boolean", computed: true, ...updates(of("port_security_enabled: no ForceNew")) },
  tags: { type: { set: "string" }, ...updates(of("tags: no ForceNew")) },
  tenantId: { type: "string", computed: true, ...replaces(of("tenant_id: ForceNew")) },
};

export const port = (cloud: Cloud): Kind =>
  collection({
    cloud,
    plural: "ports",
    singular: "port",
    inputs,
    remembered: ["fixedIps", "securityGroupIds"],
    body: (goal) => ({
      name: goal.name,
      description: goal.description,
      network_id: goal.networkId,
      admin_state_up: goal.adminStateUp,
      mac_address: goal.macAddress,
      fixed_ips: isZero(goal.fixedIps)
        ? undefined
        : list<Props>(goal.fixedIps).map((ip) => ({ subnet_id: ip.subnetId, ip_address: ip.ipAddress })),
      // None said is Neutron's default group, not none at all.
      security_groups: isZero(goal.securityGroupIds) ? undefined : goal.securityGroupIds,
      allowed_address_pairs: list<Props>(goal.allowedAddressPairs).map((pair) => ({
        ip_address: pair.ipAddress,
        ...(pair.macAddress ? { mac_address: pair.macAddress } : {}),
      })),
      port_security_enabled: goal.portSecurityEnabled,
      tenant_id: goal.tenantId,
    }),
    mutable: {
      name: "name",
      description: "description",
      adminStateUp: "admin_state_up",
      fixedIps: "fixed_ips",
      securityGroupIds: "security_groups",
      allowedAddressPairs: "allowed_address_pairs",
      portSecurityEnabled: "port_security_enabled",
    },
    state: (item) => ({
      name: item.name,
      description: item.description ?? "",
      networkId: item.network_id,
      adminStateUp: item.admin_state_up,
      macAddress: item.mac_address,
      // Nova writes these two once a server has the port.
      deviceId: item.device_id ?? "",
      deviceOwner: item.device_owner ?? "",
      allFixedIps: list<Props>(item.fixed_ips).map((ip) => ip.ip_address),
      allSecurityGroupIds: [...list<string>(item.security_groups)].sort(),
      allowedAddressPairs: list<Props>(item.allowed_address_pairs).map((pair) => ({
        ipAddress: pair.ip_address,
        // A MAC address was only said if it is another than the port's.
        ...(pair.mac_address === item.mac_address ? {} : { macAddress: pair.mac_address }),
      })),
      portSecurityEnabled: item.port_security_enabled,
      tenantId: item.tenant_id,
      dnsName: item.dns_name ?? "",
      qosPolicyId: item.qos_policy_id ?? "",
    }),
  });
