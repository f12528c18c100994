import type { Outputs } from "hostroute/outputs";

/** The page: each worker with its podCIDR and the host route to it, and where pods ask for names. */
export function renderPage({ nodes, routes, clusterDns }: Pick<Outputs, "nodes" | "routes" | "clusterDns">): string {
  const rows = routes.map(({ node, destination, nextHop }) => {
    const address = nodes.find(({ name }) => name === node)?.address ?? "";
    return `<tr><td>${node}</td><td>${address}</td><td>${destination}</td><td>${nextHop}</td></tr>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Routed pods</title>
<h1>Routed pods</h1>
<table>
<tr><th>worker</th><th>address</th><th>podCIDR</th><th>next hop</th></tr>
${rows.join("\n")}
</table>
<p>Cluster DNS: ${clusterDns}</p>
</html>
`;
}
