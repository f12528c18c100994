import { ovnTool, publicNetwork } from "../../../lab/openstack";
import { ClusterNode } from "../../../outputs";
import { nodePorts, outputs } from "../cloud";

/**
 * Services of the cloud's that one node does not reach, while all others do: OVN's own ACLs on what leaves the node's port. Neutron's have
 * priorities about 1000; no other has this one.
 */
const PRIORITY = "32767";
const cuts = { dhcp: "udp.dst == 67", mirror: `ip4.dst == ${publicNetwork.gateway} && tcp.dst == 8080` } as const;
const logicalSwitch = () => `neutron-${outputs().networkId}`;

/** Returns once the hypervisor has it. */
const drop = (direction: "from-lport" | "to-lport", match: string) =>
  ovnTool("ovn-nbctl", "--wait=hv", "acl-add", logicalSwitch(), direction, PRIORITY, match, "drop");

async function cut({ name }: ClusterNode, what: string): Promise<void> {
  const { id } = (await nodePorts()).get(name)!;
  await drop("from-lport", `inport == "${id}" && ip4 && ${what}`);
}

/** The node's DHCP requests get no answer. Names and metadata do. */
export const cutDhcp = (node: ClusterNode) => cut(node, cuts.dhcp);

/** The node's packets to the mirror vanish: binaries and images. */
export const cutMirror = (node: ClusterNode) => cut(node, cuts.mirror);

/** Nothing comes from the node, and nothing reaches it, as with a pulled cable. */
export async function cutOff({ name }: ClusterNode): Promise<void> {
  const { id } = (await nodePorts()).get(name)!;
  await drop("from-lport", `inport == "${id}"`);
  await drop("to-lport", `outport == "${id}"`);
}

interface Acl {
  id: string;
  match: string;
}
async function acls(): Promise<Acl[]> {
  const columns = ["--format=json", "--data=json", "--columns=_uuid,match", "find", "acl", `priority=${PRIORITY}`];
  const { data } = JSON.parse(await ovnTool("ovn-nbctl", ...columns)) as { data: [["uuid", string], string][] };
  return data.map(([[, id], match]) => ({ id, match }));
}

/** How many packets have been dropped by now: OpenFlow rules bear the beginning of the logical flow's id that they were made of. */
export async function dropped(service: keyof typeof cuts): Promise<number> {
  const ours = (await acls()).filter(({ match }) => match.endsWith(cuts[service]));
  let count = 0;
  for (const { id } of ours) {
    const find = ["--bare", "--columns=_uuid", "find", "logical_flow", `external_ids:stage-hint=${id.slice(0, 8)}`];
    const flows = (await ovnTool("ovn-sbctl", ...find)).split("\n").filter(Boolean);
    for (const flow of flows) {
      const rules = await ovnTool("ovs-ofctl", "dump-flows", "br-int", `cookie=0x${flow.slice(0, 8)}/-1`);
      for (const [, packets] of rules.matchAll(/n_packets=(\d+)/g)) count += Number(packets);
    }
  }
  return count;
}

/** Whatever was cut is there again; also what a killed run has cut. */
export async function restore(): Promise<void> {
  for (const { id } of await acls())
    await ovnTool("ovn-nbctl", "--wait=hv", "remove", "logical_switch", logicalSwitch(), "acls", id);
}
