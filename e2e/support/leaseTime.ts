import { ClusterNode } from "../../outputs";
import { cloud, nodePorts } from "./cloud";

/** Has Neutron give a node leases of so many seconds; without a number, such as everybody's. */
export async function leaseTime({ name }: ClusterNode, seconds?: number): Promise<void> {
  const option = { opt_name: "lease-time", opt_value: seconds === undefined ? null : String(seconds), ip_version: 4 };
  const url = `/v2.0/ports/${(await nodePorts()).get(name)!.id}`;
  const { status, body } = await (await cloud()).call("network", "PUT", url, { port: { extra_dhcp_opts: [option] } });
  if (status !== 200) throw new Error(`${url}: ${status} ${JSON.stringify(body)}`);
}
