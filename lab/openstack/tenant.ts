import { adminCredentials, call, catalog, credentials, type ServiceType } from "./api";
import { password, publicNetwork } from "./configs";

interface Item {
  id: string;
  name?: string;
}

/**
 * Flavors of the program's nodes, by the names that the committed stacks have: large ones are as large as this machine can carry nineteen
 * of. Nova refuses to boot an image into a flavor without a disk.
 */
export const flavors = [
  { name: "m1.small", vcpus: 1, ram: 2048, disk: 8 },
  { name: "m1.medium", vcpus: 2, ram: 4096, disk: 8 },
  ...["m1.large", "m1.xlarge", "r1.xlarge"].map((name) => ({ name, vcpus: 1, ram: 1792, disk: 8 })),
];

/** The item that a list shows, else a new one. `kind` is the item's key in a request, `kind` + "s" the list's. */
async function ensure(type: ServiceType, path: string, kind: string, query: string, body: object): Promise<Item> {
  const found = (await call<Record<string, Item[]>>("GET", type, `${path}?${query}`))[`${kind}s`]?.[0];
  return found ?? (await call<Record<string, Item>>("POST", type, path, { [kind]: body }))[kind]!;
}

/** Puts a service into the catalog. */
export async function list(type: ServiceType): Promise<void> {
  const { name, url } = catalog.find((service) => service.type === type)!;
  const service = await ensure("identity", "/services", "service", `type=${type}`, { type, name });
  for (const kind of ["public", "internal", "admin"]) {
    const body = { service_id: service.id, interface: kind, url, region_id: "RegionOne" };
    await ensure("identity", "/endpoints", "endpoint", `service_id=${service.id}&interface=${kind}`, body);
  }
}

/** The catalog and the tenant: once for all labs, since they begin with a copy of these records. */
export async function prepareIdentity(): Promise<void> {
  for (const { type } of catalog.slice(1).filter((service) => service.type !== "load-balancer")) await list(type);
  const name = credentials.OS_PROJECT_NAME;
  const project = await ensure("identity", "/projects", "project", `name=${name}`, { name, domain_id: "default" });
  const user = await ensure("identity", "/users", "user", `name=${name}`, { name, password, domain_id: "default" });
  const { roles } = await call<{ roles: Item[] }>("GET", "identity", "/roles?name=member");
  await call("PUT", "identity", `/projects/${project.id}/users/${user.id}/roles/${roles[0]!.id}`);
  await admitServices();
}

/** Services send each other a token of their own beside the user's. Who is asked wants the role `service` in it. */
async function admitServices(): Promise<void> {
  const operator = `name=${adminCredentials.OS_USERNAME}`;
  const { projects } = await call<{ projects: Item[] }>("GET", "identity", `/projects?${operator}`);
  const { users } = await call<{ users: Item[] }>("GET", "identity", `/users?${operator}`);
  const role = await ensure("identity", "/roles", "role", "name=service", { name: "service" });
  await call("PUT", "identity", `/projects/${projects[0]!.id}/users/${users[0]!.id}/roles/${role.id}`);
}

/** The flavors of {@link flavors}. */
export async function prepareFlavors(): Promise<void> {
  const present = (await call<{ flavors: Item[] }>("GET", "compute", "/flavors")).flavors.map((flavor) => flavor.name);
  for (const flavor of flavors.filter((wanted) => !present.includes(wanted.name)))
    await call("POST", "compute", "/flavors", { flavor });
}

/** The shared external network, on the bridge that the chassis' `ovn-bridge-mappings` name. */
export async function preparePublicNetwork(): Promise<void> {
  const { name, cidr, gateway, pool } = publicNetwork;
  const network = await ensure("network", "/networks", "network", `name=${name}&router:external=true`, {
    name,
    shared: true,
    "router:external": true,
    "provider:network_type": "flat",
    "provider:physical_network": "public",
  });
  await ensure("network", "/subnets", "subnet", `network_id=${network.id}`, {
    name,
    network_id: network.id,
    ip_version: 4,
    cidr,
    gateway_ip: gateway,
    allocation_pools: [pool],
    enable_dhcp: false,
  });
}
