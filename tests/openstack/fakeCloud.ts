import * as http from "node:http";
import { AddressInfo } from "node:net";
import { NeutronRoute } from "../../components/network/hostRoutes/table";
import { FakeRouters } from "./fakeRouters";

export interface Received {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: unknown;
}
export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}
export type Route = [destination: string, nexthop: string];

export const TOKEN = "a-token";

/** Keystone, Neutron's subnets and routers, Nova's servers and Octavia's balancers on localhost, as far as the program needs them. */
export class FakeCloud {
  readonly requests: Received[] = [];
  /** What is answered in the cloud's place, one to a request: a reply, a cut connection, or nothing at all. */
  readonly answers: (Reply | "cut" | "silence")[] = [];
  /** The only token that is taken now. */
  token = TOKEN;
  /** Neutron's limit. */
  maxHostRoutes = 5;
  /** What subnets are, beside their tables, by id. */
  readonly ranges = new Map<string, object>();
  /** Nova's, as it lists them. */
  servers: Record<string, unknown>[] = [];
  /** How many of them it lists at once. */
  pageSize = 1_000;
  /** Octavia's, by id, which is its name as well, each with what is in it. */
  readonly balancers = new Map<string, string[]>();
  /** Runs before each PUT of a subnet, and may answer in Neutron's place. */
  beforePut: () => Reply | undefined = () => undefined;
  readonly routers = new FakeRouters();
  /** The object store's containers, by name: their keys for temporary URLs, and what is in them. */
  readonly containers = new Map<string, { key?: string | undefined; objects: Map<string, string> }>();
  private readonly subnets = new Map<string, { host_routes: NeutronRoute[]; revision_number: number }>();
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const { method = "", url: path = "", headers } = request;
      const received = { method, path, headers, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
      this.requests.push(received);
      const answer = this.answers.shift() ?? this.answer(received);
      if (answer === "silence") return;
      if (answer === "cut") {
        request.socket.destroy();
        return;
      }
      const { status, body, headers: more = {} } = answer;
      response.writeHead(status, { ...more, ...(path === "/v3/auth/tokens" ? { "X-Subject-Token": this.token } : {}) });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });

  /** Begins to listen; the promise is its URL. */
  start(port = 0): Promise<string> {
    return new Promise((resolve) => this.server.listen(port, "127.0.0.1", () => resolve(this.url)));
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What somebody does by hand: the subnet's table is now this one. */
  set(subnetId: string, ...routes: Route[]): void {
    const revision = this.subnets.get(subnetId)?.revision_number ?? 0;
    const table = routes.map(([destination, nexthop]) => ({ destination, nexthop }));
    this.subnets.set(subnetId, { host_routes: table, revision_number: revision + 1 });
  }

  remove(subnetId: string): void {
    this.subnets.delete(subnetId);
  }

  /** The subnet's table as it stands. */
  table(subnetId: string): Route[] {
    return (this.subnets.get(subnetId)?.host_routes ?? []).map((r) => [r.destination, r.nexthop]);
  }

  private answer(request: Received): Reply {
    if (request.path === "/v3/auth/tokens") return this.login(request);
    if (request.headers["x-auth-token"] !== this.token) return { status: 401, body: "Authentication required" };
    if (request.path.startsWith("/compute/")) return this.compute(new URL(request.path, this.url));
    if (request.path.startsWith("/load-balancer/"))
      return this.octavia(request.method, new URL(request.path, this.url));
    if (request.path.startsWith("/swift/")) return this.swift(request, new URL(request.path, this.url));
    if (request.path.startsWith("/v2.0/routers/")) return this.routers.answer(request);
    const id = request.path.replace(/^\/v2\.0\/subnets\//, "");
    const subnet = this.subnets.get(id);
    if (!subnet) return { status: 404, body: { NeutronError: { type: "SubnetNotFound" } } };
    if (request.method === "GET") return { status: 200, body: { subnet: { id, ...this.ranges.get(id), ...subnet } } };
    return this.beforePut() ?? this.put(id, request);
  }

  private put(id: string, { headers, body }: Received): Reply {
    const revision = this.subnets.get(id)?.revision_number;
    if (headers["if-match"] !== `revision_number=${revision}`)
      return { status: 412, body: "RevisionNumberConstraintFailed" };
    const { host_routes } = (body as { subnet: { host_routes: NeutronRoute[] } }).subnet;
    if (host_routes.length > this.maxHostRoutes) {
      const message = `Unable to complete operation for ${id}. The number of host routes exceeds the limit ${this.maxHostRoutes}.`;
      return { status: 400, body: { NeutronError: { type: "HostRoutesExhausted", message, detail: "" } } };
    }
    this.set(id, ...host_routes.map((r): Route => [r.destination, r.nexthop]));
    return { status: 200, body: { subnet: { id, ...this.subnets.get(id) } } };
  }

  /** Nova takes a name for a pattern that may match anywhere. */
  private compute({ pathname, searchParams }: URL): Reply {
    const id = pathname.replace("/compute/v2.1/servers/", "");
    const server = this.servers.find((each) => each.id === id);
    if (server) return { status: 200, body: { server } };
    if (id !== "detail") return { status: 404, body: "" };
    const wanted = (key: string, value: unknown) => new RegExp(searchParams.get(key) ?? "").test(String(value));
    const all = this.servers.filter(({ name, status }) => wanted("name", name) && wanted("status", status));
    const first = all.findIndex(({ id: each }) => each === searchParams.get("marker")) + 1;
    const servers = all.slice(first, first + this.pageSize);
    const more = first + servers.length < all.length ? { servers_links: [{ rel: "next", href: "" }] } : {};
    return { status: 200, body: { servers, ...more } };
  }

  /** Without `cascade`, what is in a balancer keeps it. */
  private octavia(method: string, { pathname, searchParams }: URL): Reply {
    const id = pathname.replace(/^\/load-balancer\/v2\.0\/lbaas\/loadbalancers\/?/, "");
    if (id === "")
      return { status: 200, body: { loadbalancers: [...this.balancers.keys()].map((name) => ({ id: name, name })) } };
    const children = this.balancers.get(id);
    if (!children) return { status: 404, body: { faultcode: "Client", faultstring: `${id} not found` } };
    if (method === "GET") return { status: 200, body: { loadbalancer: { id, provisioning_status: "ACTIVE" } } };
    if (children.length > 0 && searchParams.get("cascade") !== "true")
      return { status: 400, body: { faultstring: `Cannot delete Load Balancer ${id} - it has children` } };
    this.balancers.delete(id);
    return { status: 204, body: "" };
  }

  private swift({ method, headers }: Received, { pathname, searchParams }: URL): Reply {
    const [name = "", ...rest] = decodeURIComponent(pathname).replace("/swift/v1/AUTH_p/", "").split("/");
    const container = this.containers.get(name);
    const key = headers["x-container-meta-temp-url-key"] as string | undefined;
    if (method === "PUT") {
      this.containers.set(name, { key, objects: container?.objects ?? new Map<string, string>() });
      return { status: container ? 202 : 201, body: "" };
    }
    if (!container) return { status: 404, body: "<html>" };
    if (method === "POST") {
      if (headers["x-remove-container-meta-temp-url-key"]) container.key = undefined;
      return { status: 204, body: "" };
    }
    if (rest.length > 0) {
      const object = container.objects.get(rest.join("/"));
      return object === undefined ? { status: 404, body: "<html>" } : { status: 200, body: object };
    }
    const names = [...container.objects.keys()].filter((each) => each.startsWith(searchParams.get("prefix") ?? ""));
    return { status: 200, body: names.map((each) => ({ name: each })) };
  }

  private login({ body }: Received): Reply {
    const refused = JSON.stringify(body).includes("wrong");
    if (refused)
      return { status: 401, body: { error: { message: "The request you have made requires authentication." } } };
    return { status: 201, body: { token: { catalog: this.catalog() } } };
  }

  catalog() {
    const endpoint = (of: string, region_id: string, url: string) => ({ interface: of, region_id, url });
    // Nothing listens on ports 1 and 2: a request shows by its error whose URL was taken.
    const network = [
      endpoint("internal", "one", "http://127.0.0.1:1"),
      endpoint("public", "two", "http://127.0.0.1:2"),
      endpoint("public", "one", `${this.url}/v2.0/`),
    ];
    const compute = [endpoint("public", "one", `${this.url}/compute/v2.1`)];
    return [
      { type: "load-balancer", endpoints: [endpoint("public", "one", `${this.url}/load-balancer`)] },
      { type: "object-store", endpoints: [endpoint("public", "one", `${this.url}/swift/v1/AUTH_p`)] },
      { type: "network", endpoints: network },
      { type: "compute", endpoints: compute },
    ];
  }
}
