import { PlannedRoute } from "../addressing/routePlan";
import { alignedRows } from "../columns";
import { NeutronRoute } from "../network/hostRoutes/table";
import { RouteTier } from "../settings/routeTier";

/** A node as Kubernetes reports it: one line of what `OBSERVE` prints. */
export interface ObservedNode {
  /** Its InternalIP; undefined until its kubelet has reported one. */
  address?: string;
  /** `spec.podCIDR`; undefined until one is assigned. */
  podCidr?: string;
}

/** One node on which plan, Kubernetes and Neutron do not agree. */
export interface Difference {
  /** The node's name; of a node that the plan does not have, its address. */
  node: string;
  /** What the plan says; undefined for a node that is not in it. */
  planned?: { podCidr: string; address: string };
  /** The podCIDR that Kubernetes has for the node's address; null: a node without one, undefined: no such node. */
  kubernetes?: string | null;
  /** Where Neutron routes the podCIDR: the next hops of its host routes, none or several. */
  neutron: string[];
  /** Nodes have the route from the published plan, so it need not be a host route. */
  published?: true;
  /** Where the router routes the podCIDR, where it is to have the plan's routes, too. */
  router?: string[];
}

/**
 * Reads what `OBSERVE` prints: `ADDRESS PODCIDR ` on each line. Either may be missing, and a dual-stack node has several
 * addresses: the word with a slash is the podCIDR, and of the addresses the first IPv4 one counts.
 */
export function parseObserved(text: string): ObservedNode[] {
  return text.split("\n").flatMap((line) => {
    const words = line.split(/\s+/).filter((word) => word !== "");
    const address = words.find((word) => /^[\d.]+$/.test(word));
    const podCidr = words.find((word) => word.includes("/"));
    return address || podCidr ? [{ ...(address ? { address } : {}), ...(podCidr ? { podCidr } : {}) }] : [];
  });
}

/**
 * Where the three do not agree: planned nodes first, in the plan's order, then those that only Kubernetes has.
 * @param routes the plan's
 * @param observed what Kubernetes reports
 * @param hostRoutes the subnet's, all of them; those for other destinations do not matter
 * @param tier `nodes`: a planned route need not be a host route, as nodes have it from the published plan
 * @param onRouter all routes of the router that is to have the plan's, too; undefined: there is none
 */
export function compareRoutes(
  routes: readonly PlannedRoute[],
  observed: readonly ObservedNode[],
  hostRoutes: readonly NeutronRoute[],
  tier: RouteTier = "subnet",
  onRouter?: readonly NeutronRoute[],
): Difference[] {
  const hops = (table: readonly NeutronRoute[], podCidr: string | undefined) =>
    table.filter(({ destination }) => destination === podCidr).map(({ nexthop }) => nexthop);
  const hopsTo = (podCidr: string | undefined) => ({
    neutron: hops(hostRoutes, podCidr),
    ...(onRouter ? { router: hops(onRouter, podCidr) } : {}),
  });
  const planned = routes.map(({ node, destination, nextHop }): Difference => {
    const found = observed.find(({ address }) => address === nextHop);
    return {
      node,
      planned: { podCidr: destination, address: nextHop },
      ...(found ? { kubernetes: found.podCidr ?? null } : {}),
      ...hopsTo(destination),
      ...(tier === "nodes" ? { published: true } : {}),
    };
  });
  const known = new Set(routes.map(({ nextHop }) => nextHop));
  const strangers = observed.flatMap(({ address, podCidr }): Difference[] =>
    address && !known.has(address) ? [{ node: address, kubernetes: podCidr ?? null, ...hopsTo(podCidr) }] : [],
  );
  return [...planned.filter((each) => !agrees(each)), ...strangers];
}

const agrees = ({ planned, kubernetes, neutron, published, router }: Difference) =>
  kubernetes === planned?.podCidr &&
  (neutron.length === 1 ? neutron[0] === planned?.address : neutron.length === 0 && published === true) &&
  (router === undefined || (router.length === 1 && router[0] === planned?.address));

/** The differences as a table, followed by a remedy for each. */
export function formatDifferences(differences: readonly Difference[]): string {
  const via = (hops: readonly string[]) => (hops.length > 0 ? `via ${hops.join(" and ")}` : "no route");
  const withRouter = differences.some(({ router }) => router);
  const rows = [
    ["node", "plan", "Kubernetes", "Neutron", ...(withRouter ? ["router"] : [])],
    ...differences.map(({ node, planned, kubernetes, neutron, router }) => [
      node,
      planned ? `${planned.podCidr} via ${planned.address}` : "no such node",
      kubernetes ?? (kubernetes === null ? "no podCIDR" : "no such node"),
      via(neutron),
      ...(router ? [via(router)] : []),
    ]),
  ];
  const remedies = differences.flatMap((each) => remediesOf(each).map((remedy) => `- ${each.node}: ${remedy}`));
  return [...alignedRows(rows), "", "What to do:", ...remedies].join("\n");
}

/** How to resolve a difference: a sentence or two for each side that is wrong. */
function remediesOf({ node, planned, kubernetes, neutron, published, router }: Difference): string[] {
  if (!planned) {
    return ["it is not in the plan, so nothing routes to its pods. Add it to hostroute:workerPools, or remove it."];
  }
  const { podCidr, address } = planned;
  const remedies: string[] = [];
  if (kubernetes === undefined) {
    remedies.push(
      `no node reports ${address}. See the server's console log, and journalctl -u hostroute-fetch -u kubelet on it.`,
    );
  } else if (kubernetes !== podCidr) {
    remedies.push(
      `its Node object does not have the plan's podCIDR, and an assigned one cannot be changed: kubectl delete node ${node}, then pulumi up --refresh.`,
    );
  }
  const wrong = neutron.filter((hop) => hop !== address);
  if (!neutron.includes(address) && !published) {
    remedies.push(
      `pulumi up restores the route; by hand: openstack subnet set --host-route destination=${podCidr},gateway=${address} SUBNET`,
    );
  }
  for (const hop of wrong) {
    remedies.push(`openstack subnet unset --host-route destination=${podCidr},gateway=${hop} SUBNET`);
  }
  if (router?.includes(address) === false) {
    remedies.push(
      `pulumi up restores the router's route; by hand: openstack router add route --route destination=${podCidr},gateway=${address} ROUTER`,
    );
  }
  for (const hop of router?.filter((each) => each !== address) ?? []) {
    remedies.push(`openstack router remove route --route destination=${podCidr},gateway=${hop} ROUTER`);
  }
  return remedies;
}
