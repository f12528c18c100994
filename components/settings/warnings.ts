import { parseCidr } from "../addressing/ipv4";
import { ClusterSpec } from "./resolve";

/** Wider than any organisation's own range: whoever writes it should know. */
const WIDEST = 8;

/** What each list of `access` opens. */
const OPENS: Record<keyof ClusterSpec["access"], string> = {
  ssh: "SSH on all nodes",
  api: "the Kubernetes API",
  nodePorts: "the NodePorts of all workers",
};

/** What the configuration may say, and the operator should hear of all the same: one warning for each list of `access`. */
export function configurationWarnings({ access }: Pick<ClusterSpec, "access">): string[] {
  return Object.entries(OPENS).flatMap(([list, what]) => {
    const wide = access[list as keyof typeof OPENS].filter((cidr) => parseCidr(cidr).bitmask < WIDEST);
    if (wide.length === 0) return [];
    const whom = wide.includes("0.0.0.0/0") ? "everybody" : "a large part of the Internet";
    return [`hostroute:access.${list} ${wide.join(", ")} opens ${what} to ${whom}`];
  });
}
