import { Session } from "../../openstack/session";
import { NeutronRoute } from "../hostRoutes/table";

/** The router's routes, those of others included; undefined when there is no such router any more. @throws Error for any other refusal. */
export async function readRouter(session: Session, routerId: string): Promise<NeutronRoute[] | undefined> {
  const { status, body } = await session.call("network", "GET", `/v2.0/routers/${routerId}`);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`Neutron answered ${status} for router ${routerId}: ${JSON.stringify(body)}`);
  return (body as { router: { routes?: NeutronRoute[] } }).router.routes ?? [];
}

/**
 * Adds routes to those that are there, whoever's they are and whoever adds some at the same time: Neutron's extension extraroute-atomic, from
 * Train on. It takes all of them or none, and a route that is there already as added.
 * @returns Neutron's refusal where the router has no room for all; undefined once they are there
 * @throws Error for any other refusal
 */
export async function addRoutes(
  session: Session,
  routerId: string,
  routes: readonly NeutronRoute[],
): Promise<string | undefined> {
  const { status, body } = await change(session, routerId, "add_extraroutes", routes);
  if (status === 200) return undefined;
  const refusal = `Neutron answered ${status} to ${routes.length} more routes of router ${routerId}: ${JSON.stringify(body)}`;
  if (FULL.includes((body as Refusal).NeutronError?.type ?? "")) return refusal;
  throw new Error(refusal);
}

/** Takes these routes away and no others, in the same manner; one that has gone already, or with the router, is no reason to fail. */
export async function removeRoutes(session: Session, routerId: string, routes: readonly NeutronRoute[]): Promise<void> {
  const { status, body } = await change(session, routerId, "remove_extraroutes", routes);
  if (status === 200 || status === 404) return;
  throw new Error(
    `Neutron answered ${status} to ${routes.length} fewer routes of router ${routerId}: ${JSON.stringify(body)}`,
  );
}

interface Refusal {
  NeutronError?: { type?: string };
}

/** The quota `router_route`, from 2026.2 on, and before that the option `max_routes` (neutron/db/extraroute_db.py). */
const FULL = ["OverQuota", "RoutesExhausted"];

const change = async (
  session: Session,
  routerId: string,
  action: "add_extraroutes" | "remove_extraroutes",
  routes: readonly NeutronRoute[],
) =>
  routes.length === 0
    ? { status: 200, body: undefined }
    : session.call("network", "PUT", `/v2.0/routers/${routerId}/${action}`, { router: { routes } });
