import { waitFor } from "../../lab/shell";
import { cloud, list, make, operator } from "./cloud";

export interface Balancer {
  id: string;
  name: string;
  provider: string;
  vip_address: string;
  vip_port_id: string;
  provisioning_status: string;
  operating_status: string;
}
interface Member {
  name: string;
  address: string;
  operating_status: string;
}

const lbaas = (path: string) => `/v2.0/lbaas/${path}`;
const of = <T>(collection: string, query = "") => list<T>("load-balancer", lbaas(collection + query), collection);

/** The balancers in a subnet. */
export const balancersIn = (subnetId: string) => of<Balancer>("loadbalancers", `?vip_subnet_id=${subnetId}`);

/** The only listener, pool and monitor that there are of that name. */
export async function partsOf(name: string) {
  const one = async (collection: string) => {
    const found = await of<Record<string, unknown> & { id: string }>(collection, `?name=${name}`);
    if (found.length !== 1) throw new Error(`${found.length} ${collection} are called ${name}`);
    return found[0]!;
  };
  return { listener: await one("listeners"), pool: await one("pools"), monitor: await one("healthmonitors") };
}

/** What a pool of that name thinks of each of its members, by address. */
export async function membersOf(name: string): Promise<Record<string, string>> {
  const { pool } = await partsOf(name);
  const members = await list<Member>("load-balancer", lbaas(`pools/${pool.id}/members`), "members");
  return Object.fromEntries(members.map(({ address, operating_status }) => [address, operating_status]));
}

/** From where Neutron lets TCP through to a balancer's port. The rules are in a group of Octavia's, which its owner alone sees. */
export async function admittedTo({ vip_port_id }: Balancer, port: number): Promise<string[]> {
  interface Rule {
    port_range_min: number | null;
    remote_ip_prefix: string | null;
  }
  const [found] = await list<{ security_groups: string[] }>("network", `/v2.0/ports?id=${vip_port_id}`, "ports");
  const ask = async (id: string) => {
    const path = `/v2.0/security-group-rules?security_group_id=${id}`;
    const { body } = await (await operator()).call("network", "GET", path);
    return (body as { security_group_rules: Rule[] }).security_group_rules;
  };
  const rules = (await Promise.all(found!.security_groups.map(ask))).flat();
  const open = rules.filter(({ port_range_min }) => port_range_min === port);
  return open.map(({ remote_ip_prefix }) => remote_ip_prefix ?? "everybody").sort();
}

/** What a cloud controller makes for a Service, or anybody under another name: a balancer with a listener. */
export async function leave(name: string, subnetId: string, provider: string): Promise<Balancer> {
  const balancer = await make<Balancer>("load-balancer", lbaas("loadbalancers"), "loadbalancer", {
    name,
    provider,
    vip_subnet_id: subnetId,
  });
  await active(balancer.id);
  const listener = { loadbalancer_id: balancer.id, protocol: "TCP", protocol_port: 80 };
  await make("load-balancer", lbaas("listeners"), "listener", listener);
  await active(balancer.id);
  return balancer;
}

/** Somebody deletes a balancer by hand; until it is gone. */
export async function deleteBalancer(id: string): Promise<void> {
  const path = lbaas(`loadbalancers/${id}`);
  await (await cloud()).call("load-balancer", "DELETE", `${path}?cascade=true`);
  const gone = async () => (await (await cloud()).call("load-balancer", "GET", path)).status === 404;
  await waitFor("the balancer's end", gone, 60_000, 500);
}

async function active(id: string): Promise<void> {
  const status = async () => {
    const { body } = await (await cloud()).call("load-balancer", "GET", lbaas(`loadbalancers/${id}`));
    return (body as { loadbalancer: Balancer }).loadbalancer.provisioning_status === "ACTIVE";
  };
  await waitFor("the balancer to be active", status, 60_000, 500);
}
