/** What dhclient's lease file and tcpdump say of leases. Plain text in, plain values out. */

/**
 * The octets of DHCP option 121 as they came over the wire, from the newest lease: dhclient appends, and writes the option
 * as one number for each octet (Debian's dhclient.conf: `code 121 = array of unsigned integer 8`).
 * @throws Error where the newest lease has no such option, or one that is no list of octets
 */
export function leasedOption121(leases: string): number[] {
  const newest = leases.split(/^lease \{/m).at(-1)!;
  const value = /^\s*option rfc3442-classless-static-routes ([^;]*);/m.exec(newest)?.[1];
  if (value === undefined) throw new Error(`The newest lease has no option 121: ${newest.trim()}`);
  const octets = value.split(",").map(Number);
  if (!/^\d+(,\d+)*$/.test(value) || octets.some((octet) => octet > 255))
    throw new Error(`Option 121 is no list of octets: ${value}`);
  return octets;
}

/**
 * RFC 3442: width, significant octets of the destination, four octets of router, and so on, as `destination via router`.
 * @throws Error where the octets end within a route, or a width is more than 32
 */
export function decodeOption121(octets: readonly number[]): string[] {
  const routes: string[] = [];
  for (let at = 0; at < octets.length;) {
    const width = octets[at]!;
    const router = at + 1 + Math.ceil(width / 8);
    if (width > 32 || router + 4 > octets.length)
      throw new Error(`Option 121 is no list of routes: ${octets.join(",")}`);
    const destination = [...octets.slice(at + 1, router), 0, 0, 0, 0].slice(0, 4).join(".");
    routes.push(`${destination}/${width} via ${octets.slice(router, router + 4).join(".")}`);
    at = router + 4;
  }
  return routes;
}

/** An answer that gives a lease or renews one. */
export interface Ack {
  address: string;
  /** How long the lease is good. */
  seconds: number;
  /** Length of option 121. */
  bytes: number;
  /** Its routes, as `decodeOption121` has them. */
  routes: string[];
}

/**
 * The acknowledged leases among the answers that `tcpdump -nv` saw. Those to a DHCPINFORM, as learn-routes.py sends it, give no address and
 * no time, and do not count.
 * @throws Error where one has no option 121
 */
export function acksOf(said: string): Ack[] {
  const packets = said.split(/^(?=\d\d:\d\d:\d\d\.\d+ IP )/m).filter((packet) => packet.includes("length 1: ACK"));
  return packets.flatMap((packet) => {
    const [, address] = /^\s*Your-IP (\S+)$/m.exec(packet) ?? [];
    const [, seconds] = /^\s*Lease-Time \(51\), length 4: (\d+)$/m.exec(packet) ?? [];
    if (address === undefined || seconds === undefined) return [];
    const [, bytes, list] = /^\s*Classless-Static-Route \(121\), length (\d+): (.*)$/m.exec(packet) ?? [];
    if (list === undefined) throw new Error(`A lease without option 121: ${packet.trim()}`);
    const routes = [...list.matchAll(/\(([^:]+):([^)]+)\)/g)].map(
      ([, destination, router]) => `${destination === "default" ? "0.0.0.0/0" : destination} via ${router}`,
    );
    return [{ address, seconds: Number(seconds), bytes: Number(bytes), routes }];
  });
}
