import { Kind } from "../protocol/kind";
import { Properties, replaces, updates } from "../protocol/schema";
import { Cloud } from "./api";
import { collection } from "./collection";
import { SOURCE } from "./source";

const of = (field: string) => `${SOURCE}/resource_openstack_networking_network_v2.go, ${field}`;

const inputs: Properties = {
  name: { type: "string", required: true, ...updates(of("name: no ForceNew")) },
  description: { type: "string", ...updates(of("description: no ForceNew")) },
  adminStateUp: { type: "boolean", computed: true, ...updates(of("admin_state_up: no ForceNew")) },
  portSecurityEnabled: { type: "boolean", computed: true, ...updates(of("port_security_enabled: no ForceNew")) },
  mtu: { type: "integer", computed: true, ...updates(of("mtu: no ForceNew")) },
  tags: { type: { set: "string" }, ...updates(of("tags: no ForceNew")) },
  tenantId: { type: "string", computed: true, ...replaces(of("tenant_id: ForceNew")) },
};

export const network = (cloud: Cloud): Kind =>
  collection({
    cloud,
    plural: "networks",
    singular: "network",
    inputs,
    body: (goal) => ({
      name: goal.name,
      description: goal.description,
      admin_state_up: goal.adminStateUp,
      port_security_enabled: goal.portSecurityEnabled,
      mtu: goal.mtu,
      tenant_id: goal.tenantId,
    }),
    mutable: {
      name: "name",
      description: "description",
      adminStateUp: "admin_state_up",
      portSecurityEnabled: "port_security_enabled",
      mtu: "mtu",
    },
    state: (item) => ({
      name: item.name,
      description: item.description ?? "",
      adminStateUp: item.admin_state_up,
      shared: item.shared,
      external: item["router:external"] ?? false,
      portSecurityEnabled: item.port_security_enabled,
      mtu: item.mtu,
      tenantId: item.tenant_id,
      availabilityZoneHints: item.availability_zone_hints ?? [],
      dnsDomain: item.dns_domain ?? "",
      qosPolicyId: item.qos_policy_id ?? "",
      transparentVlan: item.vlan_transparent ?? false,
    }),
  });
