import { waitFor } from "../../shell";
import { Kind } from "../protocol/kind";
import { Properties, replaces, updates } from "../protocol/schema";
import { list, Props, text } from "../protocol/values";
import { Cloud, Item } from "./api";
import { collection } from "./collection";
import { SOURCE } from "./source";

const of = (field: string) => `${SOURCE}/resource_openstack_networking_router_v2.go, ${field}`;

const inputs: Properties = {
  name: { type: "string", required: true, ...updates(of("name: no ForceNew")) },
  description: { type: "string", ...updates(of("description: no ForceNew")) },
  adminStateUp: { type: "boolean", computed: true, ...updates(of("admin_state_up: no ForceNew")) },
  externalNetworkId: { type: "string", computed: true, ...updates(of("external_network_id: no ForceNew")) },
  tags: { type: { set: "string" }, ...updates(of("tags: no ForceNew")) },
  tenantId: { type: "string", computed: true, ...replaces(of("tenant_id: ForceNew")) },
};

interface Gateway {
  network_id: string;
  enable_snat?: boolean;
  external_fixed_ips?: { subnet_id: string; ip_address: string }[];
}

export const router = (cloud: Cloud): Kind =>
  collection({
    cloud,
    plural: "routers",
    singular: "router",
    inputs,
    body: (goal) => ({
      name: goal.name,
      description: goal.description,
      admin_state_up: goal.adminStateUp,
      external_gateway_info: goal.externalNetworkId ? { network_id: goal.externalNetworkId } : undefined,
      tenant_id: goal.tenantId,
    }),
    mutable: {
      name: "name",
      description: "description",
      adminStateUp: "admin_state_up",
      externalNetworkId: "external_gateway_info",
    },
    state: (item) => {
      const gateway = item.external_gateway_info as Gateway | null | undefined;
      return {
        name: item.name,
        description: item.description ?? "",
        adminStateUp: item.admin_state_up,
        distributed: item.distributed ?? false,
        tenantId: item.tenant_id,
        availabilityZoneHints: item.availability_zone_hints ?? [],
        externalNetworkId: gateway?.network_id ?? "",
        externalGateway: gateway?.network_id ?? "",
        enableSnat: gateway?.enable_snat ?? false,
        externalFixedIps: list<Props>(gateway?.external_fixed_ips).map((ip) => ({
          subnetId: ip.subnet_id,
          ipAddress: ip.ip_address,
        })),
      };
    },
  });

const ofInterface = (field: string) => `${SOURCE}/resource_openstack_networking_router_interface_v2.go, ${field}`;

/** Its id is its port's. */
export function routerInterface({ network, region, pause }: Cloud): Kind {
  const read = async (id: string) => {
    const answer = await network.find(`/v2.0/ports/${id}`);
    if (!answer) return undefined;
    const port = answer.port as Item;
    const ips = list<Props>(port.fixed_ips);
    const subnet = ips.length === 1 ? { subnetId: ips[0]!.subnet_id } : {};
    return { id, routerId: port.device_id, portId: id, region: region(), ...subnet };
  };
  return {
    inputs: {
      routerId: { type: "string", required: true, ...replaces(ofInterface("router_id: ForceNew")) },
      subnetId: { type: "string", required: true, ...replaces(ofInterface("subnet_id: ForceNew")) },
    },
    create: async ({ routerId, subnetId }) => {
      const path = `/v2.0/routers/${text(routerId)}/add_router_interface`;
      const { port_id: id } = (await network.put(path, { subnet_id: subnetId })) as { port_id: string };
      return { id, state: (await read(id))! };
    },
    read,
    remove: async (id, { routerId, subnetId }) => {
      const path = `/v2.0/routers/${text(routerId)}/remove_router_interface`;
      // A floating IP behind it that is on its way out holds it for a moment (409).
      await waitFor(
        `router interface ${id} to go`,
        async () => {
          if (!(await network.find(`/v2.0/ports/${id}`))) return true;
          await network.put(path, { subnet_id: subnetId });
          return false;
        },
        60_000,
        pause,
      );
    },
  };
}
