import { Outcome } from "./rows";

/** What an intruder who is root on a worker tries on the network. The check has a function for each name. */
export const networkRows = {
  etcd: row("connect to etcd on a control-plane node (port 2379)", "refused", "security group `control-plane`"),
  kubeletAsNode: row(
    "list pods at another worker's kubelet, with its own certificate",
    "refused",
    "kubelet's Webhook authorization",
  ),
  kubeletAsNobody: row("the same without a certificate", "refused", "kubelet: no anonymous requests"),
  ownUserData: row("read its own server's user-data, with its keys", "allowed", "Nova's metadata service"),
  otherUserData: row(
    "read another server's, by forged `X-Forwarded-For` and `X-Instance-ID`",
    "refused",
    "Neutron's metadata agent",
  ),
  otherAddress: row("send from another worker's address", "refused", "port security"),
  otherPodCidr: row("send from another worker's podCIDR", "refused", "port security: allowed address pairs"),
  dhcpServer: row(
    "hear another worker's DHCP question, so as to answer it",
    "refused",
    "OVN answers before anybody hears it; elsewhere `learn-routes.py` takes no worker's answer",
  ),
} satisfies Record<string, NetworkRow>;

export interface NetworkRow {
  what: string;
  outcome: Outcome;
  why: string;
}

function row(what: string, outcome: Outcome, why: string): NetworkRow {
  return { what, outcome, why };
}
