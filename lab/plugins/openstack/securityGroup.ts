import { Kind } from "../protocol/kind";
import { Properties, replaces, updates } from "../protocol/schema";
import { isZero } from "../protocol/values";
import { Cloud } from "./api";
import { collection } from "./collection";
import { SOURCE } from "./source";

const of = (field: string) => `${SOURCE}/resource_openstack_networking_secgroup_v2.go, ${field}`;

const groupInputs: Properties = {
  name: { type: "string", required: true, ...updates(of("name: no ForceNew")) },
  description: { type: "string", computed: true, ...updates(of("description: no ForceNew")) },
  tags: { type: { set: "string" }, ...updates(of("tags: no ForceNew")) },
  tenantId: { type: "string", computed: true, ...replaces(of("tenant_id: ForceNew")) },
};

export const securityGroup = (cloud: Cloud): Kind =>
  collection({
    cloud,
    plural: "security-groups",
    singular: "security_group",
    inputs: groupInputs,
    body: (goal) => ({ name: goal.name, description: goal.description, tenant_id: goal.tenantId }),
    mutable: { name: "name", description: "description" },
    state: (item) => ({ name: item.name, description: item.description ?? "", tenantId: item.tenant_id }),
  });

const ofRule = (field: string) => `${SOURCE}/resource_openstack_networking_secgroup_rule_v2.go, ${field}: ForceNew`;
const lower = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : value);

const ruleInputs: Properties = {
  securityGroupId: { type: "string", required: true, ...replaces(ofRule("security_group_id")) },
  direction: { type: "string", required: true, oneOf: ["ingress", "egress"], ...replaces(ofRule("direction")) },
  ethertype: { type: "string", required: true, oneOf: ["IPv4", "IPv6"], ...replaces(ofRule("ethertype")) },
  description: { type: "string", ...replaces(ofRule("description")) },
  protocol: { type: "string", computed: true, ...replaces(ofRule("protocol")) },
  portRangeMin: { type: "integer", computed: true, ...replaces(ofRule("port_range_min")) },
  portRangeMax: { type: "integer", computed: true, ...replaces(ofRule("port_range_max")) },
  remoteIpPrefix: {
    type: "string",
    computed: true,
    stateOf: lower,
    ...replaces(ofRule("remote_ip_prefix (lower case in the state)")),
  },
  remoteGroupId: { type: "string", computed: true, ...replaces(ofRule("remote_group_id")) },
  tenantId: { type: "string", computed: true, ...replaces(ofRule("tenant_id")) },
};

export const securityGroupRule = (cloud: Cloud): Kind => ({
  ...collection({
    cloud,
    plural: "security-group-rules",
    singular: "security_group_rule",
    inputs: ruleInputs,
    body: (goal) => ({
      security_group_id: goal.securityGroupId,
      direction: goal.direction,
      ethertype: goal.ethertype,
      description: goal.description,
      protocol: goal.protocol,
      port_range_min: goal.portRangeMin,
      port_range_max: goal.portRangeMax,
      remote_ip_prefix: goal.remoteIpPrefix,
      remote_group_id: goal.remoteGroupId,
      tenant_id: goal.tenantId,
    }),
    state: (item) => ({
      securityGroupId: item.security_group_id,
      direction: item.direction,
      ethertype: item.ethertype,
      description: item.description ?? "",
      protocol: item.protocol ?? "",
      portRangeMin: item.port_range_min ?? 0,
      portRangeMax: item.port_range_max ?? 0,
      remoteIpPrefix: item.remote_ip_prefix ?? "",
      remoteGroupId: item.remote_group_id ?? "",
      tenantId: item.tenant_id,
    }),
  }),
  check: (goal) =>
    isZero(goal.protocol) && !(isZero(goal.portRangeMin) && isZero(goal.portRangeMax))
      ? [{ property: "protocol", reason: "must be given with portRangeMin and portRangeMax" }]
      : [],
});
