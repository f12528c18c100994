import * as http from "node:http";
import { AddressInfo } from "node:net";
import { GIB } from "./cloud";

type Body = Record<string, unknown>;
/** A body; or a refusal, by its status or, with 403, its text. */
type Reply = Body | number | string;

/** Where each service is, as a catalog has it. */
const SERVICES = {
  compute: "/compute/v2.1",
  network: "/network",
  image: "/image",
  volumev3: "/volume/v3/project-id",
  "load-balancer": "/load-balancer",
} as const;
type Service = keyof typeof SERVICES;

/** Keystone, and whatever else a test puts there: answers by path, in the form that the real APIs have (their reference, and the lab's own). */
export class StandIn {
  /** By `service path`, without the query; pages of a list by `service path?marker=ID`. */
  readonly replies = new Map<string, Reply>();
  /** Every request but logins, as `service path?query`. */
  readonly asked: string[] = [];
  /** Services that the catalog lacks. */
  readonly absent = new Set<Service>();
  private readonly server = http.createServer((request, response) => {
    const { method = "", url = "" } = request;
    request.resume().on("end", () => {
      const reply = method === "POST" && url === "/v3/auth/tokens" ? this.login() : this.answer(url);
      response.writeHead(statusOf(reply, method), { "X-Subject-Token": "a-token" });
      response.end(JSON.stringify(typeof reply === "number" ? { message: `refused with ${reply}` } : reply));
    });
  });

  start(): Promise<string> {
    return new Promise((resolve) => this.server.listen(0, "127.0.0.1", () => resolve(this.url)));
  }
  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Every service as it is before a test: a project with nothing of the stack's in it. */
  reset(): void {
    this.asked.length = 0;
    this.absent.clear();
    this.replies.clear();
    for (const [key, reply] of Object.entries(EMPTY)) this.replies.set(key, reply);
  }

  private login(): Reply {
    const catalog = Object.entries(SERVICES)
      .filter(([type]) => !this.absent.has(type as Service))
      .map(([type, path]) => ({
        type,
        endpoints: [{ interface: "public", region_id: "one", url: this.url + path }],
      }));
    return { token: { catalog, project: { id: "project-id" } } };
  }

  private answer(url: string): Reply {
    const [service, base] = Object.entries(SERVICES).find(([, path]) => url.startsWith(`${path}/`)) ?? ["", ""];
    const { pathname, searchParams } = new URL(url.slice(base.length), this.url);
    this.asked.push(`${service} ${decodeURIComponent(url.slice(base.length))}`);
    const marker = searchParams.get("marker");
    const key = `${service} ${pathname}`;
    return this.replies.get(marker === null ? key : `${key}?marker=${marker}`) ?? 404;
  }
}

function statusOf(reply: Reply, method: string): number {
  if (typeof reply === "number") return reply;
  if (typeof reply === "string") return 403;
  return method === "POST" ? 201 : 200;
}

/** What the services say of an empty project; the forms are those of Nova 34, Neutron 29 and Glance 33, and of Cinder's and Octavia's references. */
const EMPTY: Record<string, Reply> = {
  "compute /limits": {
    limits: {
      rate: [],
      absolute: {
        ...{ maxTotalInstances: 10, totalInstancesUsed: 2, maxTotalCores: 20, totalCoresUsed: 4 },
        ...{ maxTotalRAMSize: 51_200, totalRAMUsed: 8_192, maxTotalKeypairs: 100, maxServerGroups: 10 },
        ...{ totalServerGroupsUsed: 1, maxServerGroupMembers: 10 },
      },
    },
  },
  "compute /flavors/detail": {
    flavors: [
      {
        ...{ id: "flavor-medium", name: "m1.medium", ram: 4_096, disk: 40, swap: "", vcpus: 2, rxtx_factor: 1 },
        "OS-FLV-EXT-DATA:ephemeral": 0,
      },
    ],
  },
  "compute /servers/detail": { servers: [] },
  "compute /os-server-groups": { server_groups: [] },
  "compute /os-keypairs": { keypairs: [{ keypair: { name: "laptop", public_key: "ssh-rsa …" } }] },
  "compute /os-availability-zone": {
    availabilityZoneInfo: [
      { zoneName: "az1", zoneState: { available: true }, hosts: null },
      { zoneName: "az2", zoneState: { available: false }, hosts: null },
    ],
  },
  "network /v2.0/quotas/project-id/details": {
    quota: {
      ...{ network: { limit: 100, used: 1, reserved: 0 }, subnet: { limit: 100, used: 1, reserved: 0 } },
      ...{ port: { limit: 500, used: 4, reserved: 2 }, router: { limit: 10, used: 1, reserved: 0 } },
      ...{ floatingip: { limit: 50, used: 1, reserved: 0 }, security_group: { limit: 10, used: 1, reserved: 0 } },
      ...{ security_group_rule: { limit: 100, used: 4, reserved: 0 }, subnetpool: { limit: -1, used: 0, reserved: 0 } },
    },
  },
  "network /v2.0/extensions": {
    extensions: ["port-security", "allowed-address-pairs"].map((alias) => ({ alias, name: alias, links: [] })),
  },
  "network /v2.0/networks": {
    networks: [
      { id: "external-id", name: "public", project_id: "operator", "router:external": true, mtu: 1_500, shared: true },
    ],
  },
  "network /v2.0/subnets": { subnets: [] },
  "network /v2.0/routers": { routers: [] },
  "network /v2.0/floatingips": { floatingips: [] },
  "network /v2.0/security-groups": {
    security_groups: [
      { id: "default-id", name: "default", project_id: "project-id" },
      { id: "shared-id", name: "dev-worker", project_id: "operator" },
    ],
  },
  "network /v2.0/security-group-rules": { security_group_rules: [] },
  "network /v2.0/ports": { ports: [] },
  "image /v2/images": {
    images: [
      {
        ...{ id: "image-12", name: "debian-12", status: "active", min_disk: 3, min_ram: 1_024, size: GIB },
        ...{ virtual_size: 2 * GIB, visibility: "public", architecture: "x86_64" },
      },
    ],
    first: "/v2/images",
  },
  "volumev3 /limits": {
    limits: {
      absolute: {
        ...{ maxTotalVolumes: 10, totalVolumesUsed: 1, maxTotalVolumeGigabytes: 1_000, totalGigabytesUsed: 10 },
      },
    },
  },
  "volumev3 /types": { volume_types: [{ id: "type-1", name: "ssd" }] },
  "volumev3 /os-availability-zone": { availabilityZoneInfo: [{ zoneName: "nova", zoneState: { available: true } }] },
  "volumev3 /volumes/detail": { volumes: [] },
  "load-balancer /v2.0/lbaas/loadbalancers": { loadbalancers: [] },
  "load-balancer /v2.0/lbaas/pools": { pools: [] },
  "load-balancer /v2.0/lbaas/quotas/project-id": {
    quota: {
      ...{ project_id: "project-id", loadbalancer: 10, load_balancer: 10, listener: -1, member: 50, pool: 10 },
      ...{ healthmonitor: null, health_monitor: null, l7policy: -1, l7rule: -1 },
    },
  },
  "load-balancer /v2.0/lbaas/providers": { providers: [{ name: "amphora", description: "" }] },
};
