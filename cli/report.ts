import { alignedRows, columnWidths } from "../components/columns";
import { findCredentials } from "../components/openstack/credentials";
import { openSession } from "../components/openstack/session";
import { readSubnet } from "../components/openstack/subnet";
import { inGuest } from "../lab/guest";
import { waitFor } from "../lab/shell";
import { ClusterNode, Outputs } from "../outputs";

/** A stack's outputs, and which of them may not be shown. */
export interface Result {
  outputs: Outputs;
  secrets: string[];
}

/** The final table: every node with its podCIDR, the host route as Neutron has it, and whether all routes have come to it. */
export async function nodeTable(outputs: Outputs, inLab: boolean): Promise<string> {
  const subnet = await readSubnet(await openSession(findCredentials(() => undefined)), outputs.subnetId);
  const rows = await Promise.all(
    outputs.nodes.map(async (node) => {
      const { name, address, podCidr = "-" } = node;
      const route = subnet?.host_routes.find(({ nexthop }) => nexthop === address);
      const delivered = inLab ? await routesDelivered(node, outputs.routes) : "not seen from here";
      const none = outputs.routeTier === "nodes" ? "none: in the published plan" : "MISSING";
      const hostRoute = podCidr === "-" ? "-" : route ? `${route.destination} via ${route.nexthop}` : none;
      return [name, address, podCidr, hostRoute, delivered];
    }),
  );
  return columns([["node", "address", "podCIDR", "host route in Neutron", "routes on it"], ...rows]);
}

/** Routes to other nodes' pods come in the lease at boot, and by the node's own questions (learn-routes.py). */
async function routesDelivered(node: ClusterNode, routes: Outputs["routes"]): Promise<string> {
  const wanted = routes.filter((route) => route.node !== node.name);
  const has = async () => {
    const table = await inGuest(node.instanceId, ["ip", "-4", "route"]);
    return wanted.every(({ destination, nextHop }) => table.includes(`${destination} via ${nextHop} `));
  };
  return waitFor("the node's routes", has, 60_000, 1_000).then(
    () => "yes",
    () => "no",
  );
}

/** Rows as aligned columns, the first one underlined. */
export function columns(rows: readonly (readonly string[])[]): string {
  const [head, ...rest] = alignedRows(rows);
  return [
    head!,
    columnWidths(rows)
      .map((width) => "-".repeat(width))
      .join("  "),
    ...rest,
  ].join("\n");
}
