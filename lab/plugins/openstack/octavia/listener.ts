import { Kind } from "../../protocol/kind";
import { Properties, replaces, updates } from "../../protocol/schema";
import { list, text } from "../../protocol/values";
import { Cloud, Item } from "../api";
import { SOURCE } from "../source";
import { thing } from "./thing";

const of = (field: string) => `${SOURCE}/resource_openstack_lb_listener_v2.go, ${field}`;

const inputs: Properties = {
  name: { type: "string", computed: true, ...updates(of("name: no ForceNew")) },
  description: { type: "string", ...updates(of("description: no ForceNew")) },
  loadbalancerId: { type: "string", required: true, ...replaces(of("loadbalancer_id: ForceNew")) },
  protocol: { type: "string", required: true, ...replaces(of("protocol: ForceNew")) },
  protocolPort: { type: "integer", required: true, ...replaces(of("protocol_port: ForceNew")) },
  // A list: another order is a change.
  allowedCidrs: { type: { list: "string" }, ...updates(of("allowed_cidrs: no ForceNew")) },
  timeoutClientData: { type: "integer", computed: true, ...updates(of("timeout_client_data: no ForceNew")) },
  timeoutMemberData: { type: "integer", computed: true, ...updates(of("timeout_member_data: no ForceNew")) },
  adminStateUp: { type: "boolean", default: true, ...updates(of("admin_state_up: no ForceNew, default true")) },
};

export const listener = (cloud: Cloud): Kind =>
  thing({
    cloud,
    singular: "listener",
    inputs,
    collection: () => "/listeners",
    balancer: ({ loadbalancerId }) => Promise.resolve(text(loadbalancerId)),
    body: (goal) => ({
      name: goal.name,
      description: goal.description ?? "",
      loadbalancer_id: goal.loadbalancerId,
      protocol: goal.protocol,
      protocol_port: goal.protocolPort,
      allowed_cidrs: goal.allowedCidrs ?? [],
      timeout_client_data: goal.timeoutClientData,
      timeout_member_data: goal.timeoutMemberData,
      admin_state_up: goal.adminStateUp ?? true,
    }),
    mutable: {
      name: "name",
      description: "description",
      allowedCidrs: "allowed_cidrs",
      timeoutClientData: "timeout_client_data",
      timeoutMemberData: "timeout_member_data",
      adminStateUp: "admin_state_up",
    },
    state: (item) => ({
      name: item.name,
      description: item.description ?? "",
      loadbalancerId: list<Item>(item.loadbalancers)[0]?.id,
      protocol: item.protocol,
      protocolPort: item.protocol_port,
      allowedCidrs: item.allowed_cidrs ?? [],
      timeoutClientData: item.timeout_client_data,
      timeoutMemberConnect: item.timeout_member_connect,
      timeoutMemberData: item.timeout_member_data,
      timeoutTcpInspect: item.timeout_tcp_inspect,
      connectionLimit: item.connection_limit,
      defaultPoolId: item.default_pool_id ?? "",
      defaultTlsContainerRef: item.default_tls_container_ref ?? "",
      insertHeaders: item.insert_headers ?? {},
      sniContainerRefs: item.sni_container_refs ?? [],
      adminStateUp: item.admin_state_up,
      tags: item.tags ?? [],
      tenantId: item.project_id,
    }),
  });
