import { clientOf } from "./plugins/kubernetes/client";
import { clusterOf } from "./plugins/kubernetes/cluster";
import { parseKubeconfig } from "./plugins/kubernetes/kubeconfig";
import { FIELD_MANAGER } from "./plugins/kubernetes/object";
import { objectTypes, pathOf } from "./plugins/kubernetes/objectTypes";
import { openstackKinds } from "./plugins/openstack";
import { Cloud, Item } from "./plugins/openstack/api";
import { list, Props, text } from "./plugins/protocol/values";

/** What of `pulumi stack export` is looked at. */
export interface StackExport {
  deployment?: {
    resources?: { type: string; id?: string }[];
    /** What a killed engine had begun: it does not know whether it came to be. */
    pending_operations?: { type: string; resource: { type: string; inputs?: Props } }[];
  } | null;
}

/** Something in the cloud that is a cluster's by its name or tag. */
export interface Orphan {
  /** The type of resource that it would be. */
  type: string;
  id: string;
  name: string;
}

const NET = "openstack:networking";
const TYPES = {
  server: "openstack:compute/instance:Instance",
  serverGroup: "openstack:compute/serverGroup:ServerGroup",
  port: `${NET}/port:Port`,
  floatingIp: `${NET}/floatingIp:FloatingIp`,
  routerInterface: `${NET}/routerInterface:RouterInterface`,
  router: `${NET}/router:Router`,
  rule: `${NET}/secGroupRule:SecGroupRule`,
  group: `${NET}/secGroup:SecGroup`,
  subnet: `${NET}/subnet:Subnet`,
  network: `${NET}/network:Network`,
  keypair: "openstack:compute/keypair:Keypair",
} as const;

/** What there is of the kinds of things that a cluster is made of, in the API's own words. */
export type Inventory = Record<keyof typeof TYPES, Item[]>;

/** Asks the cloud for all of them, also for those of others. */
export async function inventory({ network, compute, computeWithTags, computeWithGroups }: Cloud): Promise<Inventory> {
  const all = async (plural: string) => list<Item>((await network.get(`/v2.0/${plural}`))[plural.replaceAll("-", "_")]);
  const ports = await all("ports");
  const keypairs = list<{ keypair: Props }>((await compute.get("/os-keypairs")).keypairs);
  return {
    server: list((await computeWithTags.get("/servers/detail")).servers),
    serverGroup: list((await computeWithGroups.get("/os-server-groups")).server_groups),
    port: ports.filter(({ device_owner }) => !text(device_owner ?? "").startsWith("network:")),
    floatingIp: await all("floatingips"),
    routerInterface: ports.filter(({ device_owner }) =>
      text(device_owner ?? "").startsWith("network:router_interface"),
    ),
    router: await all("routers"),
    rule: await all("security-group-rules"),
    group: await all("security-groups"),
    subnet: await all("subnets"),
    network: await all("networks"),
    keypair: keypairs.map(({ keypair }) => ({ ...keypair, id: text(keypair.name) })),
  };
}

/**
 * What is a cluster's, and unknown to its stack, in the order in which it can be deleted. Creations that were killed leave such
 * things: neither the real providers nor the lab's find them again, and the next update fails over them (an address in use, a name
 * taken twice). Nothing is taken for the cluster's on the mere beginning of its name: `dev-2` is not `dev`'s.
 */
export function orphans(cluster: string, stack: StackExport, there: Inventory): Orphan[] {
  const known = new Set(list<{ id?: string }>(stack.deployment?.resources).flatMap(({ id }) => id ?? []));
  const begun = pending(stack).map(({ resource }) => text(resource.inputs?.name ?? ""));
  const named = ({ name }: Item) => name === cluster || (name !== "" && begun.includes(text(name)));
  const tagged = ({ tags }: Item) => list(tags).includes(cluster);
  const ownNetworks = there.network.filter((network) => network.name === cluster).map(({ id }) => id);
  const ownRouters = there.router.filter((router) => router.name === cluster).map(({ id }) => id);
  const ownGroups = [`${cluster}-control-plane`, `${cluster}-worker`];
  const groups = there.group.filter(({ name }) => ownGroups.includes(text(name)));
  const mine: Record<keyof Inventory, (item: Item) => boolean> = {
    server: (item) => tagged(item) || named(item),
    // It has no tags, and a pool's name is in its own.
    serverGroup: named,
    // Tags come in a second request, after which a port is found by them; before it, by its name on the cluster's own network.
    port: (item) =>
      tagged(item) ||
      named(item) ||
      (ownNetworks.includes(text(item.network_id)) && text(item.name).startsWith(`${cluster}-`)),
    floatingIp: ({ description }) => description === `Kubernetes API of ${cluster}`,
    routerInterface: ({ device_id }) => ownRouters.includes(text(device_id)),
    router: named,
    // Neutron's own rules let everything out; the program's are all about what comes in.
    rule: ({ security_group_id, direction }) =>
      direction === "ingress" && groups.some(({ id }) => id === security_group_id),
    group: (item) => groups.includes(item),
    subnet: named,
    network: named,
    keypair: named,
  };
  return (Object.keys(TYPES) as (keyof typeof TYPES)[]).flatMap((kind) =>
    there[kind]
      .filter((item) => !known.has(item.id) && mine[kind](item))
      .map((item) => ({
        type: TYPES[kind],
        id: item.id,
        name: text(item.name ?? item.floating_ip_address ?? item.id),
      })),
  );
}

/** Deletes them, one after the other. @param told is called before each */
export async function removeOrphans(
  cloud: Cloud,
  found: readonly Orphan[],
  told: (orphan: Orphan) => void = () => undefined,
) {
  const kinds = openstackKinds(cloud);
  for (const orphan of found) {
    told(orphan);
    await kinds[orphan.type]!.remove(orphan.id, await stateOf(cloud, orphan), { tell: () => undefined });
  }
}

/** What a deletion needs of the state: a router's interface is taken away by its router and subnet. */
async function stateOf(cloud: Cloud, { type, id }: Orphan): Promise<Props> {
  if (type !== TYPES.routerInterface) return {};
  return (await openstackKinds(cloud)[type]!.read!(id, {}, { tell: () => undefined })) ?? {};
}

const pending = ({ deployment }: StackExport) =>
  (deployment?.pending_operations ?? []).filter(({ type }) => type === "creating");

/** Objects whose creation was killed. Known by the engine's own note alone: other stacks' objects look the same. */
export function pendingObjects(stack: StackExport): { type: string; path: string }[] {
  return pending(stack).flatMap(({ resource: { type, inputs } }) => {
    const { name, namespace } = (inputs?.metadata ?? {}) as { name?: string; namespace?: string };
    const object = objectTypes[type];
    return object && name ? [{ type, path: pathOf(object, name, namespace) }] : [];
  });
}

/** Deletes those of them that came to be, and that Pulumi made. Returns their paths. */
export async function removePendingObjects(kubeconfig: string, stack: StackExport): Promise<string[]> {
  const client = clientOf(parseKubeconfig(kubeconfig));
  const cluster = clusterOf(
    () => client,
    () => ({}),
  );
  const removed: string[] = [];
  for (const { path } of pendingObjects(stack)) {
    const object = await cluster.find(path);
    const managers = list<{ manager: string }>((object?.metadata as Props | undefined)?.managedFields);
    if (!managers.some(({ manager }) => manager.startsWith(FIELD_MANAGER))) continue;
    await cluster.remove(path);
    removed.push(path);
  }
  return removed;
}
