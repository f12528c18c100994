import { inGuest } from "../../lab/guest";
import { ClusterNode } from "../../outputs";

/**
 * Debian's cloud image configures its NIC with ifupdown and dhclient; Ubuntu's, by netplan, and others with systemd-networkd.
 */
const FILE = "/etc/systemd/network/eth0.network";
const NETWORK = "[Match]\nName=eth0\n[Network]\nDHCP=ipv4\n";

const shell = ({ instanceId }: ClusterNode, script: string, input?: string) =>
  inGuest(instanceId, ["sh", "-c", script], { timeout: 60_000, ...(input ? { input } : {}) });

/** Gives a node's NIC to systemd-networkd. For a moment it has no address. */
export async function toNetworkd(node: ClusterNode): Promise<void> {
  await shell(node, `cat >${FILE}; systemctl stop networking; systemctl restart systemd-networkd`, NETWORK);
}

/** Gives it back, to the next boot: until then the node has no address. */
export async function fromNetworkd(node: ClusterNode): Promise<void> {
  await shell(node, `rm -f ${FILE}; systemctl stop systemd-networkd; ip address flush dev eth0`);
}

/** The main table's routes that networkd's DHCP client made, a line each. */
export const networkdRoutes = async (node: ClusterNode) =>
  (await shell(node, "ip -4 route show proto dhcp"))
    .trim()
    .split("\n")
    .map((line) => line.trim());
