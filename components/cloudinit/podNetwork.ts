import { addressAt, parseCidr } from "../addressing/ipv4";
import { NodeRanges } from "../addressing/subnetLayout";
import { FlagValues } from "../kubernetes/flags/types";
import { PACKAGES } from "./common";
import { cniConflist } from "./containerd";
import { LIB, NodeContent, script } from "./document";
import { KERNEL } from "./kernel";
import { ownPortsFile } from "./ownPorts";
import { timedUnits } from "./units";

export interface PodNetwork {
  values: FlagValues;
  podCidr: string;
  /** Where nodes stand, now or later. */
  nodes: NodeRanges;
  /** What else is to see pods' own addresses: it knows the way back. */
  nonMasqueradeCidrs: readonly string[];
  /** The balancer before the API, where it is known by address. */
  balancer?: string | undefined;
}

const NAME = "hostroute-pod-network";
/** What must not start before the pod network has come up once needs this. */
export const POD_NETWORK = `${NAME}.service`;

/** What stands in for `--configure-cbr0` and `--reconcile-cidr`, with containerd: the bridge, its rules, and its CNI template. */
export function podNetworkFiles({ values, podCidr, nodes, nonMasqueradeCidrs, balancer }: PodNetwork): NodeContent[] {
  const { clusterCidr, serviceCidr } = values;
  // The node subnet is not among them as a whole: Neutron's DHCP and DNS ports, the router and other machines there know no pods.
  const keep = [clusterCidr, serviceCidr, ...nodes.workers, ...nodes.controlPlane, ...nonMasqueradeCidrs];
  const environment = {
    POD_CIDR: podCidr,
    POD_GATEWAY: addressAt(parseCidr(podCidr), 1),
    NON_MASQUERADE: `"${keep.join(" ")}"`,
    HOST_IP: values.hostIp,
  };
  return [
    script("pod-network.sh"),
    {
      path: "/etc/hostroute/pod-network.env",
      content: Object.entries(environment)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
    },
    ownPortsFile({ ranges: nodes, balancer }),
    { path: "/etc/hostroute/cni.conflist", content: cniConflist() },
    ...timedUnits({
      name: NAME,
      description: "Routed pod network of this node",
      command: `${LIB}/pod-network.sh`,
      needs: [PACKAGES, KERNEL],
      // Whatever is taken away is back within a minute.
      seconds: 30,
      settings: [
        // Containers wait for the first success, so a failure is not left until the timer's next turn.
        "Restart=on-failure",
        "RestartSec=5",
        // Changes belong in the journal; starts and ends twice a minute do not.
        "SyslogLevel=notice",
        "LogLevelMax=notice",
        "TimeoutStartSec=120",
      ],
    }),
  ];
}
