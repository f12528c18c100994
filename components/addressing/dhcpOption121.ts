/** The most that one DHCP option holds (RFC 2132, section 2: the length is one octet). dnsmasq refuses more. */
export const DHCP_OPTION_MAX_BYTES = 255;

/**
 * The bytes that one route takes in option 121: a width octet, the destination's significant octets, four of router
 * (RFC 3442, "Classless Route Option Format").
 */
export function option121RouteBytes(prefix: number): number {
  return 1 + Math.ceil(prefix / 8) + 4;
}

/** How many routes of one prefix length the option holds, beside those that Neutron adds. */
export function option121Holds(prefix: number): number {
  return Math.floor((DHCP_OPTION_MAX_BYTES - option121Bytes([], true)) / option121RouteBytes(prefix));
}

/**
 * The size of DHCP option 121 that Neutron's DHCP agent sends for a subnet: its host routes, the route to the metadata
 * service (169.254.169.254/32), and the default route, since a client that takes option 121 ignores option 3 (RFC 3442).
 * Source: neutron/agent/linux/dhcp.py, `_generate_opts_per_subnet`.
 * @param destinationPrefixes the prefix length of every host route
 * @param hasGateway whether the subnet has a gateway
 */
export function option121Bytes(destinationPrefixes: readonly number[], hasGateway: boolean): number {
  const prefixes = [...destinationPrefixes, 32, ...(hasGateway ? [0] : [])];
  return prefixes.map(option121RouteBytes).reduce((sum, bytes) => sum + bytes, 0);
}
