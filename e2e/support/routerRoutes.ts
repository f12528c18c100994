import { cloud, list, make, outputs } from "./cloud";
import { fromOutside, outsideAddress, routerAddress } from "./outside";

interface Route {
  destination: string;
  nexthop: string;
}

/** A route of somebody else's on the stack's router, to where nobody is: by the external network, so that it is in no interface's way. */
export const SOMEBODYS: Route = { destination: "172.31.9.0/24", nexthop: "172.24.4.9" };

/** All routes of the stack's router. */
export async function onRouter(): Promise<Route[]> {
  const { routerId } = outputs();
  const { status, body } = await (await cloud()).call("network", "GET", `/v2.0/routers/${routerId}`);
  if (status !== 200) throw new Error(`router ${routerId}: ${status} ${JSON.stringify(body)}`);
  return (body as { router: { routes: Route[] } }).router.routes;
}

/** What somebody does by hand. */
export async function changeRouter(action: "add" | "remove", ...routes: Route[]): Promise<void> {
  const path = `/v2.0/routers/${outputs().routerId}/${action}_extraroutes`;
  const { status, body } = await (await cloud()).call("network", "PUT", path, { router: { routes } });
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
}

const GROUP = "outside-to-pods";

/** An operator's own security group, as docs/networking.md has it: the machine outside may ask pods at port 8080. @returns its id */
export async function admitToPods(): Promise<string> {
  await removeGroup();
  const { id } = await make<{ id: string }>("network", "/v2.0/security-groups", "security_group", { name: GROUP });
  await make("network", "/v2.0/security-group-rules", "security_group_rule", {
    security_group_id: id,
    direction: "ingress",
    ethertype: "IPv4",
    protocol: "tcp",
    port_range_min: 8080,
    port_range_max: 8080,
    remote_ip_prefix: `${outsideAddress}/32`,
  });
  return id;
}

/** Removes it, also what a killed check left. @throws Error where ports still have it */
export async function removeGroup(): Promise<void> {
  const url = "/v2.0/security-groups";
  for (const { id } of await list<{ id: string }>("network", `${url}?name=${GROUP}`, "security_groups")) {
    const { status, body } = await (await cloud()).call("network", "DELETE", `${url}/${id}`);
    if (status !== 204) throw new Error(`security group ${GROUP}: ${status} ${JSON.stringify(body)}`);
  }
}

/** The machine outside sends what is for pods to the stack's router, as its own network's router would. */
export const leadToRouter = async () =>
  fromOutside("ip", "route", "replace", outputs().clusterCidr, "via", await routerAddress());

/** Asks from outside; waits three seconds for an answer. */
export const askFromOutside = (url: string, ...more: string[]) => fromOutside("curl", "-sS", "-m", "3", ...more, url);
