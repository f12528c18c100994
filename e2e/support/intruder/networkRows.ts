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
  dhcpServer: row("answer another worker's DHCP question, from port 67", "refused", "Neutron: no DHCP from servers"),
  dhcpOtherPort: row(
    "the same from port 4000: it arrives. Does the worker take its routes?",
    "refused",
    "`learn-routes.py`: port 67 only",
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
