import { FlagValues } from "../kubernetes/flags/types";
import { ControlPlanePair, WorkerPair } from "../pki/credentials";
import { LIB, NodeContent, script } from "./document";
import { timedUnits } from "./units";

/** The unit after whose first run a worker has all routes: those of its first lease, and where there is a published plan, that's. */
export const ROUTES = "hostroute-learn-routes.service";

/** Where a node reads the route plan that the stack publishes. */
export interface PublishedPlan {
  /** URL of the API. */
  server: string;
  /** The pair to ask with. */
  client: ControlPlanePair | WorkerPair;
}

export interface RouteFiles {
  values: FlagValues;
  /** The addresses of workers by slot, as CIDRs: whose next hop a podCIDR may have, and who is no DHCP server. */
  workers: readonly string[];
  /** A worker's own. */
  podCidr?: string;
  /** Undefined: host routes have all, and no plan is published (tier `subnet`). */
  plan: PublishedPlan | undefined;
}

/**
 * How a running node learns the route to a node that came later, with every DHCP client: a worker, and a control-plane node
 * too, whose API server calls pods (webhooks, aggregated APIs). A node's own podCIDR, where it has one, is left alone.
 */
export function routeFiles({ values, workers, podCidr = "-", plan }: RouteFiles): NodeContent[] {
  const { clusterCidr, nodeMask, hostIp } = values;
  const place = [hostIp, clusterCidr, String(nodeMask), workers.join(), podCidr];
  return [
    script("learn-routes.py"),
    { ...script("dhcp_inform.py"), permissions: "0644" },
    ...(plan ? [{ ...script("route_plan.py"), permissions: "0644" }] : []),
    { path: "/etc/systemd/networkd.conf.d/hostroute.conf", content: NETWORKD },
    ...timedUnits({
      name: ROUTES.replace(".service", ""),
      description: "Routes to other nodes' pods, as they are now",
      command: [`${LIB}/learn-routes.py`, ...place, ...(plan ? [plan.server, plan.client] : [])].join(" "),
      needs: [],
      // So seldom because an operator's ovn-controller logs two lines a question; a run asks again when nobody answers, so that a new route
      // arrives within a minute.
      seconds: 45,
      settings: [
        // Changes of routes belong in the journal; three starts and ends per minute do not.
        "SyslogLevel=notice",
        "LogLevelMax=notice",
        // It waits a minute for a plan that the node has never read.
        `TimeoutStartSec=${plan ? 120 : 15}`,
        "RuntimeDirectory=hostroute-learn-routes",
        "RuntimeDirectoryPreserve=yes",
        // It fails only as long as it has never read the plan, and kubelet waits for that.
        ...(plan ? ["Restart=on-failure", "RestartSec=10", "StateDirectory=hostroute-learn-routes"] : []),
        // On the control plane the key is its program's, not root's.
        `CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW${plan ? " CAP_DAC_READ_SEARCH" : ""}`,
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
