import { LIB, NodeContent, script } from "./document";
import { oneshotUnit } from "./units";

/** The unit that sees to modules and sysctls. */
export const KERNEL = "hostroute-kernel.service";

const SYSCTLS = `# Pods are routed through the node, and kube-proxy must see what crosses the bridge.
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
`;

const SYSCTL_FILE = "/etc/sysctl.d/90-hostroute.conf";

/** What pods need of the kernel, from systemd's own services at each boot; the first had no files yet when these ran. */
export function kernelFiles(): NodeContent[] {
  return [
    { path: "/etc/modules-load.d/hostroute.conf", content: "overlay\nbr_netfilter\nnf_conntrack\n" },
    { path: SYSCTL_FILE, content: SYSCTLS },
    script("kernel.sh"),
    oneshotUnit({
      name: "hostroute-kernel",
      description: "Kernel modules and settings that pods need",
      command: `${LIB}/kernel.sh ${SYSCTL_FILE}`,
    }),
  ];
}
