import { Kind } from "../../protocol/kind";
import { Properties, replaces, updates } from "../../protocol/schema";
import { list, text } from "../../protocol/values";
import { Cloud, Item } from "../api";
import { SOURCE } from "../source";
import { thing } from "./thing";

const of = (field: string) => `${SOURCE}/resource_openstack_lb_loadbalancer_v2.go, ${field}`;

const inputs: Properties = {
  name: { type: "string", ...updates(of("name: no ForceNew")) },
  description: { type: "string", ...updates(of("description: no ForceNew")) },
  vipSubnetId: { type: "string", computed: true, ...replaces(of("vip_subnet_id: ForceNew")) },
  vipAddress: { type: "string", computed: true, ...replaces(of("vip_address: ForceNew")) },
  loadbalancerProvider: { type: "string", computed: true, ...replaces(of("loadbalancer_provider: ForceNew")) },
  adminStateUp: { type: "boolean", default: true, ...updates(of("admin_state_up: no ForceNew, default true")) },
};

/** Deleted without `cascade`: Octavia refuses that while something is in it. */
export const loadBalancer = (cloud: Cloud): Kind =>
  thing({
    cloud,
    singular: "loadbalancer",
    inputs,
    collection: () => "/loadbalancers",
    balancer: (_said, id) => Promise.resolve(id),
    body: (goal) => ({
      name: goal.name ?? "",
      description: goal.description ?? "",
      vip_subnet_id: goal.vipSubnetId,
      vip_address: goal.vipAddress,
      provider: goal.loadbalancerProvider,
      admin_state_up: goal.adminStateUp ?? true,
    }),
    mutable: { name: "name", description: "description", adminStateUp: "admin_state_up" },
    state: async (item) => {
      const answer = await cloud.network.find(`/v2.0/ports/${text(item.vip_port_id)}`);
      const port = answer?.port as Item | undefined;
      return {
        name: item.name,
        description: item.description ?? "",
        vipSubnetId: item.vip_subnet_id,
        vipNetworkId: item.vip_network_id,
        vipAddress: item.vip_address,
        vipPortId: item.vip_port_id,
        adminStateUp: item.admin_state_up,
        flavorId: item.flavor_id ?? "",
        loadbalancerProvider: item.provider,
        availabilityZone: item.availability_zone ?? "",
        securityGroupIds: [...list<string>(port?.security_groups)].sort(),
        tags: item.tags ?? [],
        tenantId: item.project_id,
      };
    },
  });
