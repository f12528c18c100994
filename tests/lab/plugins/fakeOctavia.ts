import { randomUUID } from "node:crypto";
import { Answer } from "../../../components/openstack/request";
import { Session } from "../../../components/openstack/session";

export type Item = Record<string, unknown> & { id: string };
type Body = Record<string, Record<string, unknown>>;

const SINGULAR: Record<string, string> = {
  loadbalancers: "loadbalancer",
  listeners: "listener",
  pools: "pool",
  members: "member",
  healthmonitors: "healthmonitor",
};

/** What Octavia adds to what it is told (octavia/api/v2/types). */
const DEFAULTS: Record<string, object> = {
  loadbalancers: { vip_network_id: "net", vip_port_id: "vip-port", provider: "amphora", flavor_id: null, tags: [] },
  listeners: { connection_limit: -1, timeout_member_connect: 5000, timeout_tcp_inspect: 0, default_pool_id: null },
  pools: {},
  members: { weight: 1, backup: false, monitor_address: null, monitor_port: null },
  healthmonitors: { max_retries_down: 3, http_method: null, url_path: null, expected_codes: null },
};

/**
 * Octavia in memory, as far as the kinds use it. Whatever is asked for takes a while: for three requests the balancer is PENDING, and it
 * and all in it immutable.
 */
export class FakeOctavia implements Session {
  readonly items: Record<string, Map<string, Item>> = Object.fromEntries(
    Object.keys(SINGULAR).map((plural) => [plural, new Map<string, Item>()]),
  );
  readonly requests: { method: string; path: string; body: unknown }[] = [];
  /** How what is under way will end. */
  ending = "ACTIVE";
  /** By balancer: how many requests it takes until it is ready. */
  private readonly busy = new Map<string, number>();

  call(service: string, method: string, path: string, body?: unknown): Promise<Answer> {
    if (service === "network")
      return Promise.resolve({ status: 200, body: { port: { id: "vip-port", security_groups: ["g2", "g1"] } } });
    this.requests.push({ method, path, body });
    for (const [balancer, left] of this.busy)
      if (left > 0) this.busy.set(balancer, left - 1);
      else this.busy.delete(balancer);
    const parts = path.replace("/v2.0/lbaas/", "").split("/");
    const [plural, id] = split(parts);
    return Promise.resolve(this.answer(method, plural, id, { parts, body: body as Body }));
  }

  /** What somebody does by hand. */
  change(plural: string, id: string, members: Record<string, unknown>): void {
    Object.assign(this.items[plural]!.get(id)!, members);
  }

  private answer(
    method: string,
    plural: string,
    id: string | undefined,
    asked: { parts: string[]; body: Body },
  ): Answer {
    const all = this.items[plural]!;
    const item = id === undefined ? undefined : all.get(id);
    const singular = SINGULAR[plural]!;
    if (id !== undefined && !item) return { status: 404, body: { faultstring: "not found" } };
    if (method === "GET") return { status: 200, body: { [singular]: this.seen(plural, item!) } };
    const balancer = this.balancerOf(plural, item ?? asked.body[singular]!, asked.parts);
    if (balancer && this.busy.has(balancer))
      return { status: 409, body: { faultstring: `Load Balancer ${balancer} is immutable and cannot be updated.` } };
    if (method === "POST")
      return { status: 201, body: { [singular]: this.make(plural, asked.body[singular]!, asked.parts) } };
    if (method === "DELETE") return this.remove(plural, item!, balancer!);
    Object.assign(item!, asked.body[singular]);
    this.busy.set(balancer!, 3);
    return { status: 200, body: { [singular]: item } };
  }

  private make(plural: string, said: Record<string, unknown>, parts: string[]): Item {
    const made: Item = { ...DEFAULTS[plural], ...said, id: randomUUID(), project_id: "tenant" };
    if (plural === "listeners") made.loadbalancers = [{ id: said.loadbalancer_id }];
    if (plural === "pools") made.listeners = [{ id: said.listener_id }];
    if (plural === "members") made.pool_id = parts[1];
    if (plural === "healthmonitors") made.pools = [{ id: said.pool_id }];
    const balancer = this.balancerOf(plural, made, parts) ?? made.id;
    if (plural === "pools") made.loadbalancers = [{ id: balancer }];
    this.items[plural]!.set(made.id, made);
    this.busy.set(balancer, 3);
    return made;
  }

  private seen(plural: string, item: Item): Item {
    if (plural !== "loadbalancers") return item;
    return { ...item, provisioning_status: this.busy.has(item.id) ? "PENDING_UPDATE" : this.ending };
  }

  private remove(plural: string, item: Item, balancer: string): Answer {
    const children = [...this.items.listeners!.values()];
    if (plural === "loadbalancers" && children.length > 0)
      return { status: 400, body: { faultstring: `Cannot delete Load Balancer ${item.id} - it has children` } };
    this.items[plural]!.delete(item.id);
    this.busy.set(balancer, 3);
    return { status: 204, body: undefined };
  }

  private balancerOf(plural: string, item: Record<string, unknown>, parts: string[]): string | undefined {
    const poolId = (item.pool_id ?? parts[1]) as string;
    switch (plural) {
      case "loadbalancers":
        return item.id as string | undefined;
      case "listeners":
        return item.loadbalancer_id as string;
      case "pools":
        return this.items.listeners!.get(item.listener_id as string)?.loadbalancer_id as string;
      default:
        return (this.items.pools!.get(poolId)?.loadbalancers as Item[] | undefined)?.[0]?.id;
    }
  }
}

/** `/pools/P/members/M` and `/listeners/L` alike: the last collection, and an id if there is one. */
function split(parts: string[]): [string, string | undefined] {
  const last = parts.at(-1)!;
  return last in SINGULAR ? [last, undefined] : [parts.at(-2)!, last];
}
