import { publicNetwork } from "../../../lab/openstack";
import { run } from "../../../lab/shell";
import { ClusterNode } from "../../../outputs";
import { nodePorts, outputs } from "../cloud";

/** Services of the cloud's that one node does not reach, while all others do. Rules in the namespaces that Neutron serves them in. */
const TABLE = "hostroute_chaos";
const dhcpNamespace = () => `qdhcp-${outputs().networkId}`;
const routerNamespace = () => `qrouter-${outputs().routerId}`;
const nft = (namespace: string, input: string) => run("ip", ["netns", "exec", namespace, "nft", "-f", "-"], { input });

/** Created and removed again, so that there is something to remove; then created as it is to be. */
const table = (chain: string) =>
  `table ip ${TABLE}\ndelete table ip ${TABLE}\ntable ip ${TABLE} {\n chain c {\n${chain}\n }\n}\n`;

/** The node's DHCP requests get no answer. Names and metadata, from the same address, do. */
export async function cutDhcp({ name }: ClusterNode): Promise<void> {
  const { mac_address } = (await nodePorts()).get(name)!;
  const rule = `ether saddr ${mac_address} udp dport 67 counter drop`;
  await nft(dhcpNamespace(), table(`type filter hook input priority -300; policy accept;\n ${rule}`));
}

/** The node's packets to the mirror vanish: binaries and images. */
export async function cutMirror({ address }: ClusterNode): Promise<void> {
  const rule = `ip saddr ${address} ip daddr ${publicNetwork.gateway} tcp dport 8080 counter drop`;
  await nft(routerNamespace(), table(`type filter hook forward priority -300; policy accept;\n ${rule}`));
}

/** How many packets have been dropped by now. */
export async function dropped(service: "dhcp" | "mirror"): Promise<number> {
  const namespace = service === "dhcp" ? dhcpNamespace() : routerNamespace();
  const text = await run("ip", ["netns", "exec", namespace, "nft", "list", "table", "ip", TABLE]);
  return Number(/counter packets (\d+)/.exec(text)?.[1]);
}

/** Whatever was cut is there again; also what a killed run has cut. */
export async function restore(): Promise<void> {
  for (const namespace of [dhcpNamespace(), routerNamespace()])
    await nft(namespace, `table ip ${TABLE}\ndelete table ip ${TABLE}\n`);
}
