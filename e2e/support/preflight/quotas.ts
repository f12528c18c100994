import { cloud, operator } from "../cloud";

interface Details {
  quota: Record<string, { used: number }>;
}
interface Limits {
  limits: { absolute: Record<string, number> };
}

/** What the cloud's operator does to a quota. @throws Error with the answer where that is refused */
async function change(method: "PUT" | "DELETE", service: string, path: string, body?: object): Promise<void> {
  const { projectId } = await cloud();
  const { status, body: said } = await (await operator()).call(service, method, `${path}/${projectId}`, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(said)}`);
}

const NOVA = "/os-quota-sets";
const NEUTRON = "/v2.0/quotas";
const OF_NEUTRON = ["network", "subnet", "router", "port", "floatingip", "security_group", "security_group_rule"];

/** The project is left what it uses, and nothing more. */
export async function lowerQuotas(): Promise<void> {
  const session = await cloud();
  const ask = async (service: string, path: string) => (await session.call(service, "GET", path)).body;
  const { quota } = (await ask("network", `${NEUTRON}/${session.projectId}/details`)) as Details;
  const { absolute } = ((await ask("compute", "/limits")) as Limits).limits;
  const used = Object.fromEntries(OF_NEUTRON.map((resource) => [resource, quota[resource]!.used]));
  await change("PUT", "network", NEUTRON, { quota: used });
  const quota_set = {
    instances: absolute.totalInstancesUsed,
    cores: absolute.totalCoresUsed,
    ram: absolute.totalRAMUsed,
    server_groups: absolute.totalServerGroupsUsed,
    server_group_members: 2,
    key_pairs: 0,
    force: true,
  };
  await change("PUT", "compute", NOVA, { quota_set });
}

/** All quotas are the cloud's defaults again. Neutron knows none of a project that has the defaults already. */
export async function restoreQuotas(): Promise<void> {
  await change("DELETE", "compute", NOVA);
  await change("DELETE", "network", NEUTRON).catch((error: Error) => {
    if (!error.message.includes(": 404")) throw error;
  });
}
