import { randomUUID } from "node:crypto";
import { Answer } from "../../../components/openstack/request";
import { Session } from "../../../components/openstack/session";

type Item = Record<string, unknown> & { id: string };
type Body = Record<string, Record<string, unknown>>;

const SINGULAR: Record<string, string> = {
  networks: "network",
  subnets: "subnet",
  routers: "router",
  "security-groups": "security_group",
  "security-group-rules": "security_group_rule",
  ports: "port",
  floatingips: "floatingip",
};

/** What Neutron adds to what it is told (neutron-lib api/definitions). */
const DEFAULTS: Record<string, (item: Item) => Record<string, unknown>> = {
  networks: () => ({
    admin_state_up: true,
    shared: false,
    mtu: 1442,
    port_security_enabled: true,
    description: "",
    tags: [],
  }),
  subnets: () => ({ enable_dhcp: true, dns_nameservers: [], host_routes: [], description: "", tags: [] }),
  routers: () => ({ admin_state_up: true, external_gateway_info: null, routes: [], description: "", tags: [] }),
  "security-groups": () => ({ description: "", tags: [] }),
  "security-group-rules": () => ({
    ...{ description: "", protocol: null, port_range_min: null, port_range_max: null },
    ...{ remote_ip_prefix: null, remote_group_id: null },
  }),
  ports: (item) => ({
    ...{ admin_state_up: true, mac_address: `fa:16:3e:00:00:${item.id.slice(0, 2)}`, device_id: "", device_owner: "" },
    ...{
      port_security_enabled: true,
      security_groups: ["default"],
      allowed_address_pairs: [],
      description: "",
      tags: [],
    },
  }),
  floatingips: () => ({
    floating_ip_address: "203.0.113.7",
    fixed_ip_address: null,
    port_id: null,
    description: "",
    tags: [],
  }),
};

/** Neutron, Nova and Glance in memory, as far as the kinds use them: what they were told, in their own words. */
export class FakeOpenStack implements Session {
  readonly items: Record<string, Map<string, Item>> = Object.fromEntries(
    [...Object.keys(SINGULAR), "servers", "keypairs", "os-server-groups"].map((plural) => [
      plural,
      new Map<string, Item>(),
    ]),
  );
  readonly requests: {
    service: string;
    method: string;
    path: string;
    body: unknown;
    headers: Record<string, string>;
  }[] = [];
  readonly flavors = [
    { id: "flavor-1", name: "m1.small" },
    { id: "flavor-2", name: "m1.medium" },
  ];
  readonly images = [
    { id: "image-1", name: "debian-12" },
    { id: "image-2", name: "debian-13" },
  ];
  /** The status that a new server ends in. */
  nextStatus = "ACTIVE";
  /** What a server is once it was told to stop. */
  stopsAs = "SHUTOFF";

  constructor() {
    this.items.networks!.set("public-id", { id: "public-id", name: "public", "router:external": true });
  }

  /** What somebody does by hand. */
  change(plural: string, id: string, members: Record<string, unknown>): void {
    Object.assign(this.items[plural]!.get(id)!, members);
  }

  call(
    service: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    this.requests.push({ service, method, path, body, headers });
    const [route = "", query = ""] = path.replace(/^\/v2(\.0)?/, "").split("?");
    const parts = route.split("/").slice(1).map(decodeURIComponent);
    const answer = this.answer(service, method, parts, new URLSearchParams(query), body as Body);
    return Promise.resolve(answer === undefined ? { status: 404, body: "not found" } : { status: 200, body: answer });
  }

  private answer(service: string, method: string, parts: string[], query: URLSearchParams, body: Body): unknown {
    const [plural = "", id, verb] = parts;
    if (service === "image") return id ? this.images.find((image) => image.id === id) : { images: this.images };
    if (service === "compute") return this.nova(method, parts, body);
    if (verb?.endsWith("_router_interface"))
      return this.routerInterface(id!, verb, body as unknown as { subnet_id: string });
    return this.neutron(method, plural, id, verb, query, body);
  }

  private neutron(
    method: string,
    plural: string,
    id: string | undefined,
    verb: string | undefined,
    query: URLSearchParams,
    body: Body,
  ): unknown {
    const all = this.items[plural]!;
    const singular = SINGULAR[plural]!;
    const item = id === undefined ? undefined : all.get(id);
    if (id === undefined && method === "GET") {
      const fits = (each: Item) => [...query].every(([key, value]) => String(each[key]) === value);
      return { [plural.replaceAll("-", "_")]: [...all.values()].filter(fits) };
    }
    if (method === "POST") {
      const made: Item = { id: randomUUID() };
      Object.assign(made, { tenant_id: "tenant" }, DEFAULTS[plural]!(made), body[singular]);
      all.set(made.id, this.finished(plural, made));
      return { [singular]: made };
    }
    if (!item) return undefined;
    if (method === "DELETE") return all.delete(item.id) && {};
    if (method === "PUT") Object.assign(item, verb === "tags" ? body : body[singular]);
    return { [singular]: this.finished(plural, item) };
  }

  /** What Neutron fills in. */
  private finished(plural: string, item: Item): Item {
    if (plural === "ports")
      for (const pair of (item.allowed_address_pairs ?? []) as Record<string, unknown>[])
        pair.mac_address ??= item.mac_address;
    if (typeof item.remote_ip_prefix === "string") item.remote_ip_prefix = item.remote_ip_prefix.toLowerCase();
    return item;
  }

  private routerInterface(router: string, verb: string, { subnet_id }: { subnet_id: string }): unknown {
    const ports = this.items.ports!;
    if (verb.startsWith("add")) {
      const id = randomUUID();
      ports.set(id, { id, device_id: router, fixed_ips: [{ subnet_id, ip_address: "10.0.0.1" }] });
      return { port_id: id };
    }
    const own = [...ports.values()].find(
      ({ device_id, fixed_ips }) =>
        device_id === router && (fixed_ips as Body[])[0]!.subnet_id === (subnet_id as unknown),
    );
    if (own) ports.delete(own.id);
    return {};
  }

  private nova(method: string, [collection, id, verb, key]: string[], body: Body): unknown {
    const { servers, keypairs } = this.items as { servers: Map<string, Item>; keypairs: Map<string, Item> };
    switch (collection) {
      case "flavors": {
        const flavor = this.flavors.find((each) => each.id === id);
        return id ? flavor && { flavor } : { flavors: this.flavors };
      }
      case "os-server-groups": {
        const groups = this.items["os-server-groups"]!;
        if (!id && method === "GET") return { server_groups: [...groups.values()] };
        if (id)
          return method === "DELETE" ? groups.delete(id) && {} : groups.has(id) && { server_group: groups.get(id) };
        const server_group: Item = { members: [], metadata: {}, ...body.server_group, id: randomUUID() };
        groups.set(server_group.id, server_group);
        return { server_group };
      }
      case "os-keypairs": {
        if (!id && method === "GET") return { keypairs: [...keypairs.values()].map((keypair) => ({ keypair })) };
        if (!id) {
          const keypair = { ...body.keypair, id: String(body.keypair!.name), fingerprint: "aa:bb" };
          keypairs.set(keypair.id, keypair);
          return { keypair };
        }
        const keypair = keypairs.get(id);
        return method === "DELETE" ? keypairs.delete(id) && {} : keypair && { keypair };
      }
    }
    if (!id || id === "detail") return method === "POST" ? this.boot(body) : { servers: [...servers.values()] };
    const server = servers.get(id);
    if (!server) return undefined;
    if (verb === "metadata") return this.metadata(method, server, key, body);
    if (method === "DELETE") return servers.delete(id) && {};
    if (verb === "tags") return method === "PUT" ? Object.assign(server, body) : { tags: server.tags ?? [] };
    if (verb === "action") return this.act(server, body);
    if (method === "PUT") Object.assign(server, body.server);
    return { server };
  }

  /** As Nova: POST adds and changes, and takes nothing away. */
  private metadata(method: string, server: Item, key: string | undefined, body: Body): unknown {
    const metadata = server.metadata as Record<string, unknown>;
    if (method === "DELETE") delete metadata[key!];
    else Object.assign(metadata, body.metadata);
    return { metadata };
  }

  private boot({ server: asked = {}, "os:scheduler_hints": hints = {} }: Body): unknown {
    const id = randomUUID();
    const group = this.items["os-server-groups"]!.get(String(hints.group));
    if (hints.group && !group) return undefined;
    (group?.members as string[] | undefined)?.push(id);
    const port = this.items.ports!.get((asked.networks as { port: string }[])[0]!.port)!;
    Object.assign(port, { device_id: id, device_owner: "compute:nova" });
    const [fixed] = (port.fixed_ips ?? []) as { ip_address: string }[];
    const address = {
      addr: fixed?.ip_address,
      version: 4,
      "OS-EXT-IPS:type": "fixed",
      "OS-EXT-IPS-MAC:mac_addr": port.mac_address,
    };
    const { name, tags = [], metadata = {}, key_name = null, availability_zone = "nova", flavorRef, imageRef } = asked;
    this.items.servers!.set(id, {
      ...{
        id,
        name,
        tags,
        key_name,
        status: this.nextStatus,
        metadata,
        created: "2026-11-24T00:00:00Z",
        updated: "2026-11-24T00:00:01Z",
      },
      ...{ flavor: { id: flavorRef }, image: { id: imageRef }, addresses: { dev: [address] } },
      ...{
        "OS-EXT-AZ:availability_zone": availability_zone,
        security_groups: [{ name: "dev" }],
        fault: { message: "No valid host" },
      },
    });
    return { server: { id } };
  }

  private act(server: Item, action: Body): unknown {
    if (action.rebuild) server.image = { id: action.rebuild.imageRef };
    if (action.resize) Object.assign(server, { flavor: { id: action.resize.flavorRef }, status: "VERIFY_RESIZE" });
    if ("confirmResize" in action) server.status = "ACTIVE";
    if ("os-stop" in action) server.status = this.stopsAs;
    return {};
  }
}
