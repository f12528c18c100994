import { NeutronRoute } from "../../network/hostRoutes/table";
import { listed } from "../../openstack/listed";
import { Port, Router, RouteTable } from "../facts";
import { Reader } from "./reader";

/** A router as a list of Neutron's has it. */
export interface OwnRouter {
  id: string;
  routes?: NeutronRoute[];
}

/** The stack's own router among those of its name, null where there is none yet. Of several there is no telling which it is. */
export function onlyOne([first, ...others]: readonly OwnRouter[]): RouteTable | null | undefined {
  if (!first) return null;
  return others.length === 0 ? { id: first.id, routes: first.routes ?? [] } : undefined;
}

/** The router with its routes and ports; null where the project sees none of that id. */
export async function readRouter({ session }: Reader, id: string): Promise<RouteTable | null> {
  const { status, body } = await session.call("network", "GET", `/v2.0/routers/${id}`);
  if (status === 404) return null;
  if (status !== 200) throw new Error(`Neutron answered ${status}: ${JSON.stringify(body)}`);
  const { routes = [] } = (body as { router: { routes?: NeutronRoute[] } }).router;
  // Whoever sees the router sees its ports, and not all others in a network of somebody else's.
  interface Interface {
    id: string;
    fixed_ips: { subnet_id: string; ip_address: string }[];
  }
  const path = `/v2.0/ports?device_id=${id}&fields=id&fields=fixed_ips`;
  const ports = await listed<Interface>(session, "network", path, "ports");
  const interfaces = ports.flatMap(({ fixed_ips }) =>
    fixed_ips.map(({ subnet_id, ip_address }) => ({ subnetId: subnet_id, address: ip_address })),
  );
  return { id, routes, interfaces };
}

/** The routers with an interface there, without those that are somebody else's. */
export async function readRouters(reader: Reader, ports: readonly Port[]): Promise<Router[]> {
  const ids = new Set(
    ports.flatMap(({ device_owner, device_id }) =>
      device_owner.startsWith("network:router_interface") ? device_id : [],
    ),
  );
  const found = await Promise.all(
    [...ids].map(async (id): Promise<Router[]> => {
      const { status, body } = await reader.session.call("network", "GET", `/v2.0/routers/${id}`);
      if (status !== 200) return [];
      const gateway = (body as { router: { external_gateway_info: { network_id: string } | null } }).router
        .external_gateway_info;
      return [{ id, ...(gateway ? { externalNetworkId: gateway.network_id } : {}) }];
    }),
  );
  return found.flat();
}
