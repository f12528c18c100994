import { Kind } from "../../protocol/kind";
import { Properties, replaces, updates } from "../../protocol/schema";
import { text } from "../../protocol/values";
import { Cloud } from "../api";
import { SOURCE } from "../source";
import { balancerOfPool } from "./pool";
import { thing } from "./thing";

const of = (field: string) => `${SOURCE}/resource_openstack_lb_member_v2.go, ${field}`;

const inputs: Properties = {
  name: { type: "string", ...updates(of("name: no ForceNew")) },
  poolId: { type: "string", required: true, ...replaces(of("pool_id: ForceNew")) },
  address: { type: "string", required: true, ...replaces(of("address: ForceNew")) },
  protocolPort: { type: "integer", required: true, ...replaces(of("protocol_port: ForceNew")) },
  subnetId: { type: "string", ...replaces(of("subnet_id: ForceNew")) },
  weight: { type: "integer", computed: true, ...updates(of("weight: no ForceNew")) },
  adminStateUp: { type: "boolean", default: true, ...updates(of("admin_state_up: no ForceNew, default true")) },
};

export const member = (cloud: Cloud): Kind =>
  thing({
    cloud,
    singular: "member",
    inputs,
    collection: ({ poolId }) => `/pools/${text(poolId)}/members`,
    balancer: ({ poolId }) => balancerOfPool(cloud, poolId),
    needsPool: true,
    notImportable: "the real provider finds a member by its pool's id and its own, and that is not implemented",
    body: (goal) => ({
      name: goal.name ?? "",
      address: goal.address,
      protocol_port: goal.protocolPort,
      subnet_id: goal.subnetId,
      weight: goal.weight,
      admin_state_up: goal.adminStateUp ?? true,
    }),
    mutable: { name: "name", weight: "weight", adminStateUp: "admin_state_up" },
    state: (item, { poolId }) => ({
      name: item.name,
      poolId,
      address: item.address,
      protocolPort: item.protocol_port,
      subnetId: item.subnet_id ?? "",
      weight: item.weight,
      adminStateUp: item.admin_state_up,
      backup: item.backup ?? false,
      monitorAddress: item.monitor_address ?? "",
      monitorPort: item.monitor_port ?? 0,
      tenantId: item.project_id,
    }),
  });
