import { Kind } from "../../protocol/kind";
import { Properties, replaces, updates } from "../../protocol/schema";
import { list, Props, text } from "../../protocol/values";
import { Cloud, Item } from "../api";
import { SOURCE } from "../source";
import { lbaas, thing } from "./thing";

const of = (field: string) => `${SOURCE}/resource_openstack_lb_pool_v2.go, ${field}`;

const inputs: Properties = {
  name: { type: "string", ...updates(of("name: no ForceNew")) },
  description: { type: "string", ...updates(of("description: no ForceNew")) },
  listenerId: { type: "string", required: true, ...replaces(of("listener_id: ForceNew")) },
  protocol: { type: "string", required: true, ...replaces(of("protocol: ForceNew")) },
  lbMethod: { type: "string", required: true, ...updates(of("lb_method: no ForceNew")) },
  adminStateUp: { type: "boolean", default: true, ...updates(of("admin_state_up: no ForceNew, default true")) },
};

const balancerOf = (item: Props | undefined) => list<Item>(item?.loadbalancers)[0]?.id;

/** The balancer of a pool. @throws Error where it is gone, in the provider's words */
export async function balancerOfPool({ balancers }: Cloud, id: unknown): Promise<string> {
  const answer = await balancers.find(lbaas(`/pools/${text(id)}`));
  if (!answer) throw new Error(`Unable to retrieve parent pool ${text(id)}`);
  return balancerOf(answer.pool as Item)!;
}

export const pool = (cloud: Cloud): Kind =>
  thing({
    cloud,
    singular: "pool",
    inputs,
    collection: () => "/pools",
    balancer: async ({ listenerId }) => {
      const { listener } = await cloud.balancers.get(lbaas(`/listeners/${text(listenerId)}`));
      return balancerOf(listener as Item);
    },
    body: (goal) => ({
      name: goal.name ?? "",
      description: goal.description ?? "",
      listener_id: goal.listenerId,
      protocol: goal.protocol,
      lb_algorithm: goal.lbMethod,
      admin_state_up: goal.adminStateUp ?? true,
    }),
    mutable: { name: "name", description: "description", lbMethod: "lb_algorithm", adminStateUp: "admin_state_up" },
    // The provider does not read the listener: what an import knows of it is nothing. Octavia says it, so this one does.
    state: (item) => ({
      name: item.name,
      description: item.description ?? "",
      listenerId: list<Item>(item.listeners)[0]?.id,
      protocol: item.protocol,
      lbMethod: item.lb_algorithm,
      adminStateUp: item.admin_state_up,
      tenantId: item.project_id,
    }),
  });
