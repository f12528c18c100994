import { inGuest } from "../../lab/guest";

/** What a node was told by DHCP: the routes in its lease, `destination via next hop`. */
export async function leasedRoutes(instanceId: string): Promise<string[]> {
  const leases = await inGuest(instanceId, ["sh", "-c", "cat /var/lib/dhcp/*.leases"]);
  const last = leases.split("lease {").at(-1) ?? "";
  const numbers = /rfc3442-classless-static-routes ([\d,]+);/.exec(last)?.[1]?.split(",").map(Number) ?? [];
  return decodeOption121(numbers);
}

/** RFC 3442: width, significant octets of the destination, four octets of router, and so on. */
export function decodeOption121(octets: readonly number[]): string[] {
  const routes: string[] = [];
  for (let at = 0; at < octets.length;) {
    const width = octets[at]!;
    const significant = Math.ceil(width / 8);
    const destination = [...octets.slice(at + 1, at + 1 + significant), 0, 0, 0, 0].slice(0, 4).join(".");
    routes.push(`${destination}/${width} via ${octets.slice(at + 1 + significant, at + 5 + significant).join(".")}`);
    at += 5 + significant;
  }
  return routes;
}
