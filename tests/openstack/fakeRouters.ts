import { NeutronRoute } from "../../components/network/hostRoutes/table";
import { Received, Reply, Route } from "./fakeCloud";

const PATH = /^\/v2\.0\/routers\/([^/]+)(?:\/(add|remove)_extraroutes)?$/;
const keyOf = ({ destination, nexthop }: NeutronRoute) => `${destination} ${nexthop}`;

/** Neutron's routers as far as the program needs them, by neutron/db/extraroute_db.py: each has an interface in 10.106.1.0/24. */
export class FakeRouters {
  /** Neutron's limit; and whether it is the quota of 2026.2 and later. */
  most = 5;
  hasQuota = true;
  /** Runs before each change, and may answer in Neutron's place. */
  beforeChange: () => Reply | undefined = () => undefined;
  private readonly tables = new Map<string, NeutronRoute[]>();

  /** What somebody does by hand: the router's table is now this one. */
  set(id: string, ...routes: Route[]): void {
    this.tables.set(
      id,
      routes.map(([destination, nexthop]) => ({ destination, nexthop })),
    );
  }

  remove(id: string): void {
    this.tables.delete(id);
  }

  table(id: string): Route[] {
    return (this.tables.get(id) ?? []).map(({ destination, nexthop }): Route => [destination, nexthop]);
  }

  answer({ method, path, body }: Received): Reply {
    const [, id = "", action] = PATH.exec(path) ?? [];
    if (!this.tables.has(id)) return refusal(404, "RouterNotFound", `Router ${id} could not be found`);
    const answer = () => ({ status: 200, body: { router: { id, routes: this.tables.get(id) } } });
    if (method === "GET" && action === undefined) return answer();
    if (method !== "PUT" || action === undefined) return { status: 405, body: "Method Not Allowed" };
    const instead = this.beforeChange();
    if (instead) return instead;
    const found = this.tables.get(id)!;
    const { routes } = (body as { router: { routes: NeutronRoute[] } }).router;
    const named = new Set(routes.map(keyOf));
    const others = found.filter((route) => !named.has(keyOf(route)));
    const wanted = action === "add" ? [...others, ...routes] : others;
    // Of either action the whole table is looked at: also where there is to be less of it.
    if (wanted.some(({ nexthop }) => !nexthop.startsWith("10.106.1.")))
      return refusal(400, "InvalidRoutes", "Invalid format for routes: …, the nexthop is not connected with router");
    if (wanted.length > this.most)
      return this.hasQuota
        ? refusal(409, "OverQuota", "Quota exceeded for resources: ['router_route'].")
        : refusal(400, "RoutesExhausted", `The number of routes exceeds the maximum ${this.most}.`);
    this.tables.set(id, wanted);
    return answer();
  }
}

const refusal = (status: number, type: string, message: string): Reply => ({
  status,
  body: { NeutronError: { type, message, detail: "" } },
});
