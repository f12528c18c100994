import { DHCP_OPTION_MAX_BYTES, option121Bytes } from "../../addressing/dhcpOption121";
import { NeutronRoute } from "./table";

/** A /24's route in option 121, the usual one. */
const ROUTE_BYTES = 8;
/** Fewer further routes than this, and the operator should hear of it before somebody adds them. */
const SPARE_ROUTES = 3;

const CONSEQUENCES =
  "With a longer option, new nodes get no routes from dnsmasq and no lease at all from OVN, and there running nodes lose their addresses " +
  "when their leases end (by default after 12 hours)";

/** With the default route: what a subnet without a gateway saves is left out of account. */
const bytesOf = (table: readonly NeutronRoute[]) =>
  option121Bytes(
    table.map(({ destination }) => Number(destination.split("/")[1])),
    true,
  );

/**
 * Why a subnet must not be given this table: Neutron would store it, but DHCP could not carry it. A table that is too long already may
 * stay as long as it is, or get shorter: whoever repairs a cluster, or takes a worker away, must not be refused for routes of others.
 * @param table all routes that the subnet would have, those of others included
 * @param found all that it has
 * @param ours how many of the former are this stack's
 * @returns undefined where nothing speaks against it
 * @see RFC 2132, section 2; measured with OVN 23.03 and dnsmasq 2.90 and 31 routes (docs/limits.md)
 */
export function tooLong(
  table: readonly NeutronRoute[],
  found: readonly NeutronRoute[],
  ours: number,
): string | undefined {
  const bytes = bytesOf(table);
  if (bytes <= Math.max(DHCP_OPTION_MAX_BYTES, bytesOf(found))) return undefined;
  return (
    `The subnet would have ${table.length} host routes, ${ours} of this stack and ${table.length - ours} of others. Together with the routes to the ` +
    `metadata service and the gateway, they make DHCP option 121 ${bytes} bytes long, but an option holds at most ${DHCP_OPTION_MAX_BYTES}. ` +
    `${CONSEQUENCES}. Remove routes of others from the subnet, or lower hostroute:network.maxHostRoutes: ` +
    "with network.routeTier auto or nodes, nodes have the other routes from the published plan"
  );
}

/**
 * What the operator should know of a table that stands in the subnet: that it is too long, or that a few more routes make it so.
 * @returns undefined where there is room
 */
export function roomWarning(table: readonly NeutronRoute[]): string | undefined {
  const bytes = bytesOf(table);
  const more = Math.floor((DHCP_OPTION_MAX_BYTES - bytes) / ROUTE_BYTES);
  if (more >= SPARE_ROUTES) return undefined;
  const found = `The subnet's ${table.length} host routes make DHCP option 121 ${bytes} bytes long`;
  if (bytes > DHCP_OPTION_MAX_BYTES) {
    return (
      `${found}, more than the ${DHCP_OPTION_MAX_BYTES} that it holds. ${CONSEQUENCES}. ` +
      "Remove routes now: openstack subnet unset --host-route destination=DESTINATION,gateway=NEXT-HOP SUBNET\n"
    );
  }
  return `${found} of the ${DHCP_OPTION_MAX_BYTES} that it holds: there is room for ${more} more. ${CONSEQUENCES}.\n`;
}
