import { FlagValues } from "../kubernetes/flags/types";
import { LIB, NodeContent, script } from "./document";
import { timedUnits } from "./units";

/**
 * How a running node learns the route to a node that came later, with every DHCP client: a worker, and a control-plane node
 * too, whose API server calls pods (webhooks, aggregated APIs). A node's own podCIDR, where it has one, is left alone.
 * @param workers the addresses of workers by slot, as CIDRs: whose next hop a podCIDR may have, and who is no DHCP server
 */
export function routeFiles(
  { clusterCidr, nodeMask, hostIp }: FlagValues,
  workers: readonly string[],
  ownPodCidr?: string,
): NodeContent[] {
  const own = ownPodCidr === undefined ? [] : [ownPodCidr];
  return [
    script("learn-routes.py"),
    { path: "/etc/systemd/networkd.conf.d/hostroute.conf", content: NETWORKD },
    ...timedUnits({
      name: "hostroute-learn-routes",
      description: "Routes to other nodes' pods, as DHCP gives them now",
      command: [`${LIB}/learn-routes.py`, hostIp, clusterCidr, String(nodeMask), workers.join(), ...own].join(" "),
      needs: [],
      // So seldom because an operator's ovn-controller logs two lines a question; a run asks again when nobody answers, so that a new route
      // arrives within a minute.
      seconds: 45,
      settings: [
        // Changes of routes belong in the journal; three starts and ends per minute do not.
        "SyslogLevel=notice",
        "LogLevelMax=notice",
        "TimeoutStartSec=15",
        "RuntimeDirectory=hostroute-learn-routes",
        "RuntimeDirectoryPreserve=yes",
        "CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
      ],
    }),
  ];
}

const NETWORKD = `# systemd-networkd would drop what it did not configure itself: learned routes, the podCIDR's rule (networkd.conf(5)).
[Network]
ManageForeignRoutes=no
ManageForeignRoutingPolicyRules=no
`;
