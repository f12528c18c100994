import { Invocation } from "../protocol/provider";
import { replaces } from "../protocol/schema";
import { Props, text } from "../protocol/values";
import { Cloud, Item } from "./api";
import { SOURCE } from "./source";

/** The one network that fits. @throws Error where there is none, or more than one */
export async function networkNamed({ network }: Cloud, { name, external }: Props): Promise<Item> {
  const filter = external === undefined ? "" : `&router:external=${text(external)}`;
  const { networks } = await network.get(`/v2.0/networks?name=${encodeURIComponent(text(name))}${filter}`);
  const [found, another] = networks as Item[];
  if (!found) throw new Error(`The cloud has no network ${text(name)}`);
  if (another) throw new Error(`The cloud has more than one network ${text(name)}`);
  return found;
}

/** The image or flavor that has this name. @throws Error where there is none, or more than one */
async function named(what: "image" | "flavor", name: unknown, ask: () => Promise<Props>): Promise<Item> {
  const found = ((await ask())[`${what}s`] as Item[]).filter((item) => item.name === name);
  if (found.length === 0) throw new Error(`The cloud has no ${what} ${text(name)}`);
  if (found.length > 1) throw new Error(`The cloud has more than one ${what} ${text(name)}`);
  return found[0]!;
}

export const flavorNamed = ({ compute }: Cloud, name: unknown) => named("flavor", name, () => compute.get("/flavors"));

export const imageNamed = ({ image }: Cloud, name: unknown) =>
  named("image", name, () => image.get(`/v2/images?name=${encodeURIComponent(text(name))}`));

const FACT = replaces(`${SOURCE}/data_source_openstack_networking_network_v2.go: nothing is made`);
const IMAGE_FACT = replaces(`${SOURCE}/data_source_openstack_images_image_v2.go: nothing is made`);

/** `openstack.images.getImage` by name. */
export const getImage = (cloud: Cloud): Invocation => ({
  inputs: { name: { type: "string", required: true, ...IMAGE_FACT } },
  run: async (inputs) => {
    const { id, name } = await imageNamed(cloud, inputs.name);
    return { ...inputs, id, name, region: cloud.region() };
  },
});

/** `openstack.networking.getNetwork` by name. */
export const getNetwork = (cloud: Cloud): Invocation => ({
  inputs: {
    name: { type: "string", required: true, ...FACT },
    external: { type: "boolean", ...FACT },
  },
  run: async (inputs) => {
    const found = await networkNamed(cloud, inputs);
    return {
      ...inputs,
      id: found.id,
      name: found.name,
      adminStateUp: text(found.admin_state_up),
      shared: text(found.shared),
      external: found["router:external"] ?? false,
      mtu: found.mtu,
      tenantId: found.tenant_id,
      description: found.description ?? "",
      subnets: found.subnets ?? [],
      allTags: found.tags ?? [],
      region: cloud.region(),
    };
  },
});
