import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { ClusterNode } from "../../outputs";
import { outputs } from "./cloud";

/** The routes to other nodes' pods that a node's kernel has, each once: `destination via next hop`. */
export async function podRoutesOf({ instanceId }: ClusterNode): Promise<string[]> {
  const text = await inGuest(instanceId, [
    "ip",
    "-4",
    "-j",
    "route",
    "show",
    "table",
    "main",
    "root",
    outputs().clusterCidr,
  ]);
  const table = JSON.parse(text || "[]") as { dst: string; gateway?: string }[];
  return [...new Set(table.flatMap(({ dst, gateway }) => (gateway ? [`${dst} via ${gateway}`] : [])))].sort();
}

/** Those that it is to have: one to each other worker. A route to itself, which DHCP brings, does not count. */
export const plannedFor = (node: ClusterNode) =>
  outputs()
    .routes.filter((route) => route.node !== node.name)
    .map(({ destination, nextHop }) => `${destination} via ${nextHop}`)
    .sort();

/** @throws Error with the nodes whose tables are other than planned */
export async function tablesAsPlanned(nodes: readonly ClusterNode[] = outputs().nodes): Promise<true> {
  const wrong: string[] = [];
  for (const node of nodes) {
    const found = (await podRoutesOf(node)).filter((route) => !route.endsWith(` via ${node.address}`));
    if (found.join() !== plannedFor(node).join()) wrong.push(`${node.name} has ${found.join(", ") || "none"}`);
  }
  if (wrong.length > 0) throw new Error(wrong.join("; "));
  return true;
}

/** As soon as that is so: nodes ask every 45 seconds. */
export const settledTables = () =>
  waitFor("all nodes' tables to be the plan's", () => tablesAsPlanned(), 120_000, 2_000);
