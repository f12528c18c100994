import { ClusterSpec } from "../settings/resolve";

/** Whom a rule admits: a CIDR, or the members of one of the cluster's two groups. */
export type Source = { cidr: string } | { group: Group };
export type Group = "control-plane" | "worker";

/** One ingress rule, IPv4. Egress stays as Neutron makes it: open. */
export interface IngressRule {
  /** Name within its group, stable: part of the resource's name. */
  name: string;
  protocol?: "tcp" | "udp" | "icmp" | "vrrp";
  ports?: readonly [first: number, last: number];
  from: Source;
  /** Shown in Neutron. */
  why: string;
}

export interface RuleInput {
  nodeCidr: string;
  clusterCidr: string;
  nodePorts: readonly [first: number, last: number];
  /** Whether the control-plane nodes hold the API's address among themselves. */
  virtualAddress?: boolean;
  /** CIDRs that the operator admits; nothing else is open to the world. */
  access: { ssh: readonly string[]; api: readonly string[]; nodePorts: readonly string[] };
}

/** What of a cluster decides its rules. */
export const rulesInput = ({
  network,
  clusterCidr,
  nodePorts,
  api,
  access,
}: Pick<ClusterSpec, "network" | "clusterCidr" | "nodePorts" | "api" | "access">): RuleInput => ({
  nodeCidr: network.cidr,
  clusterCidr,
  nodePorts,
  virtualAddress: api.kind === "vip",
  access,
});

const API: [number, number] = [6443, 6443];
const SSH: [number, number] = [22, 22];
const id = (cidr: string) => cidr.replace("/", "-");

/** Duplicates removed: Neutron refuses equal rules, and a CIDR may be listed twice or be the cluster's own. */
function distinct(rules: readonly IngressRule[]): IngressRule[] {
  const what = ({ protocol, ports, from }: IngressRule) => JSON.stringify([protocol, ports, from]);
  return rules.filter((rule, i) => rules.findIndex((other) => what(other) === what(rule)) === i);
}

/** SSH from where the operator admits it, and ICMP between nodes, for path MTU discovery and ping. */
const everywhere = ({ nodeCidr, access }: RuleInput): IngressRule[] => [
  { name: "icmp-nodes", protocol: "icmp", from: { cidr: nodeCidr }, why: "ICMP from nodes" },
  ...access.ssh.map((cidr): IngressRule => ({
    name: `ssh-${id(cidr)}`,
    protocol: "tcp",
    ports: SSH,
    from: { cidr },
    why: "SSH as listed",
  })),
];

/** The control plane: its API for nodes, pods and whoever the operator admits; etcd among its own nodes. */
export function controlPlaneRules(input: RuleInput): IngressRule[] {
  const api = (name: string, from: Source, why: string): IngressRule => ({
    name: `api-${name}`,
    protocol: "tcp",
    ports: API,
    from,
    why,
  });
  return distinct([
    ...everywhere(input),
    api("nodes", { cidr: input.nodeCidr }, "API for kubelet and kube-proxy"),
    api("pods", { cidr: input.clusterCidr }, "API for pods, whose own address it sees"),
    ...input.access.api.map((cidr) => api(id(cidr), { cidr }, "API as listed")),
    { name: "etcd", protocol: "tcp", ports: [2379, 2380], from: { group: "control-plane" }, why: "etcd members" },
    ...(input.virtualAddress
      ? ([
          { name: "vrrp", protocol: "vrrp", from: { group: "control-plane" }, why: "who holds the API's address" },
        ] as const)
      : []),
    { name: "icmp-pods", protocol: "icmp", from: { cidr: input.clusterCidr }, why: "ICMP from pods" },
  ]);
}

/**
 * Workers: every pod may reach every pod (network policy is the CNI's business), so the cluster CIDR is admitted whole.
 * By CIDR and not by group: remote groups need not cover allowed address pairs on OVN
 * (gardener/gardener-extension-provider-openstack#1404).
 */
export function workerRules(input: RuleInput): IngressRule[] {
  return distinct([
    ...everywhere(input),
    { name: "pods", from: { cidr: input.clusterCidr }, why: "pods to pods and to their nodes" },
    { name: "workers", from: { group: "worker" }, why: "nodes to pods of other nodes, NodePorts passed on" },
    { name: "control-plane", from: { group: "control-plane" }, why: "kubelet, webhooks and aggregated APIs in pods" },
    ...input.access.nodePorts.flatMap((cidr): IngressRule[] =>
      (["tcp", "udp"] as const).map((protocol) => ({
        name: `node-ports-${protocol}-${id(cidr)}`,
        protocol,
        ports: input.nodePorts,
        from: { cidr },
        why: "NodePorts as listed",
      })),
    ),
  ]);
}
