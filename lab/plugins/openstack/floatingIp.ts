import { Kind } from "../protocol/kind";
import { Properties, replaces, updates } from "../protocol/schema";
import { Props, text } from "../protocol/values";
import { Cloud, Item } from "./api";
import { collection } from "./collection";
import { networkNamed } from "./lookups";
import { SOURCE } from "./source";

const of = (field: string) => `${SOURCE}/resource_openstack_networking_floatingip_v2.go, ${field}`;

const inputs: Properties = {
  pool: { type: "string", required: true, ...replaces(of("pool: ForceNew")) },
  description: { type: "string", ...updates(of("description: no ForceNew")) },
  address: { type: "string", computed: true, ...replaces(of("address: ForceNew")) },
  tags: { type: { set: "string" }, ...updates(of("tags: no ForceNew")) },
  tenantId: { type: "string", computed: true, ...replaces(of("tenant_id: ForceNew")) },
};

export const floatingIp = (cloud: Cloud): Kind =>
  collection({
    cloud,
    plural: "floatingips",
    singular: "floatingip",
    inputs,
    body: async (goal) => ({
      // The provider takes the pool's name, Neutron its id.
      floating_network_id: (await networkNamed(cloud, { name: goal.pool })).id,
      description: goal.description,
      floating_ip_address: goal.address,
      tenant_id: goal.tenantId,
    }),
    mutable: { description: "description" },
    state: async (item) => {
      const { network } = await cloud.network.get(`/v2.0/networks/${text(item.floating_network_id)}`);
      return {
        pool: (network as Item).name,
        description: item.description ?? "",
        address: item.floating_ip_address,
        portId: item.port_id ?? "",
        fixedIp: item.fixed_ip_address ?? "",
        tenantId: item.tenant_id,
        dnsName: item.dns_name ?? "",
        dnsDomain: item.dns_domain ?? "",
      };
    },
  });

const ofAssociation = (field: string) => `${SOURCE}/resource_openstack_networking_floatingip_associate_v2.go, ${field}`;

/** Which port a floating IP leads to. Its id is the floating IP's. */
export function floatingIpAssociation({ network, region }: Cloud): Kind {
  const read = async (id: string): Promise<Props | undefined> => {
    const answer = await network.find(`/v2.0/floatingips/${id}`);
    if (!answer) return undefined;
    const item = answer.floatingip as Item;
    return {
      id,
      floatingIp: item.floating_ip_address,
      portId: item.port_id ?? "",
      fixedIp: item.fixed_ip_address ?? "",
      region: region(),
    };
  };
  const lead = (id: string, port: unknown) => network.put(`/v2.0/floatingips/${id}`, { floatingip: { port_id: port } });
  return {
    inputs: {
      floatingIp: { type: "string", required: true, ...replaces(ofAssociation("floating_ip: ForceNew")) },
      portId: { type: "string", required: true, ...updates(ofAssociation("port_id: no ForceNew")) },
    },
    create: async (goal) => {
      const address = text(goal.floatingIp);
      const { floatingips } = await network.get(`/v2.0/floatingips?floating_ip_address=${address}`);
      const [item] = floatingips as Item[];
      if (!item) throw new Error(`The cloud has no floating IP ${address}`);
      await lead(item.id, goal.portId);
      return { id: item.id, state: (await read(item.id))! };
    },
    read,
    update: async (id, goal) => {
      await lead(id, goal.portId);
      return (await read(id))!;
    },
    remove: async (id) => {
      // A floating IP that is gone leads nowhere any more.
      if (await network.find(`/v2.0/floatingips/${id}`)) await lead(id, null);
    },
  };
}
