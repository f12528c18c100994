import { NodeRanges } from "../addressing/subnetLayout";
import { WORKER_PORTS } from "../kubernetes/ownPorts";
import { NodeFile } from "./document";

export interface OwnPorts {
  /** Where nodes stand. */
  ranges: NodeRanges;
  /** The balancer before the API, where it is known by address: workers reach it on 443. */
  balancer?: string | undefined;
}

/** What pod-network.sh loads into the kernel, before there is any rule of kube-proxy's. */
export const OWN_PORTS = "/etc/hostroute/own-ports.nft";

/** Before iptables' nat chains, which stand at -100 (NF_IP_PRI_NAT_DST). */
const PRIORITY = -110;

/**
 * Keeps what is for a node itself out of reach of Services, whatever they say: NodePorts, `externalIPs`, balancers' addresses, and
 * pods' `hostPort`s too.
 *
 * Each new connection to such a port is translated to the address that it has anyway. That settles its destination: the kernel asks
 * no later nat chain (net/netfilter/nf_nat_core.c, nf_nat_inet_fn: the walk ends at the first binding; `accept` alone would go on to
 * the next chain). kube-proxy prepends its rules to iptables' own chains, at -100, so no order in there would last.
 * As it is connection tracking that does it, replies to connections which a node has masqueraded to such a port are none of its business
 * (they are not new), and they would be with `notrack`.
 */
export function ownPortsFile({ ranges, balancer }: OwnPorts): NodeFile {
  const ports = `tcp dport { ${Object.values(WORKER_PORTS).join(", ")} }`;
  const set = (cidrs: readonly string[]) => `ip daddr { ${cidrs.join(", ")} }`;
  const matches = [
    `fib daddr type local ${ports}`,
    `${set(ranges.workers)} ${ports}`,
    set(ranges.controlPlane),
    ...(balancer === undefined ? [] : [`ip daddr ${balancer} tcp dport 443`]),
  ];
  const chain = (hook: string) => `  chain ${hook} {
    type nat hook ${hook} priority ${PRIORITY}; policy accept;
${matches.map((match) => `    ${match} dnat to ip daddr\n`).join("")}  }
`;
  // Created, removed and created again, all at once: the file may be loaded any number of times.
  return {
    path: OWN_PORTS,
    content: `# What is for a node itself stays with it, whatever a Service claims: ahead of kube-proxy's chains.
table ip hostroute
delete table ip hostroute
table ip hostroute {
${chain("prerouting")}${chain("output")}}
`,
  };
}
