import type { EngineEvent } from "@pulumi/pulumi/automation";
import { labelOf } from "./deployment";

/** What an API's refusal in the middle of an update means, and the way out. */
interface Meaning {
  /** In the API's own words. */
  words: RegExp;
  says: (found: RegExpExecArray) => string;
}

const ROOM =
  "What has been made stays; the next up goes on from there once there is room. npm run preflight says how much is needed";

const MEANINGS: readonly Meaning[] = [
  {
    // nova/exception.py, TooManyInstances
    words: /Quota exceeded for ([a-z_, ]+): Requested ([\d, ]+), but already used ([\d, ]+) of ([\d, ]+?)(?= [a-z])/,
    says: ([, what, wanted, used, limit]) =>
      `Nova's quota of ${what} leaves no room: ${wanted} wanted, ${used} of ${limit} used. ${ROOM}.`,
  },
  {
    // neutron_lib/exceptions, OverQuota
    words: /Quota exceeded for resources: \[([^\]]+)\]/,
    says: ([, what = ""]) => `Neutron's quota of ${what.replaceAll(/['"\\]/g, "")} leaves no room. ${ROOM}.`,
  },
  {
    // neutron_lib/exceptions/extraroute.py, RoutesExhausted: before 2026.2, when it became a quota
    words: /number of routes exceeds the maximum (\d+)/,
    says: ([, most]) =>
      `The router takes ${most} routes at most, those of others included (Neutron's max_routes). Set hostroute:network.maxRouterRoutes to ${most}, and use fewer workers or leave hostroute:network.routerRoutes out.`,
  },
  {
    // neutron/db/extraroute_db.py, _validate_routes_nexthop
    words: /the nexthop is not connected with router/,
    says: () =>
      "The router has no interface in the subnet of one of its routes' next hops. For the pods' routes that is the node subnet: openstack router add subnet ROUTER SUBNET.",
  },
  {
    // neutron_lib/exceptions/extraroute.py, RouterInterfaceInUseByRoute
    words: /Router interface for subnet \S+ on router (\S+) cannot be deleted, as it is required by one or more routes/,
    says: ([, router]) =>
      `Somebody's route on the router goes by way of the node subnet: openstack router show -c routes ${router} says which. Take it away (openstack router remove route), and go on.`,
  },
  {
    words: /Quota exceeded, too many (key pairs|server groups|servers in group)/,
    says: ([, what]) => `Nova's quota leaves no room for more ${what}. ${ROOM}.`,
  },
  {
    words: /No valid host was found\.?([^"\\]*)/,
    says: ([, more = ""]) =>
      `No host has room for a server of this flavor, zone and server group (Nova: No valid host was found.${more.trimEnd()}). Wait for room, choose another flavor or zone, or serverGroup soft-anti-affinity; the next up replaces the server.`,
  },
  {
    // neutron_lib/exceptions, IpAddressAlreadyAllocated and IpAddressInUse
    words: /IP address (\S+) already allocated in subnet|The IP address (\S+) is in use/,
    says: ([, allocated, used]) =>
      `Another port has ${allocated ?? used}: openstack port list --fixed-ip ip-address=${allocated ?? used} says which. Delete it if nobody needs it, or move hostroute:network.firstWorkerAddress and the like.`,
  },
  {
    words: /\b409\b[^]*?"message": ?"([^"]+)"/,
    says: ([, message]) =>
      `The API says that this is in conflict with what is there: ${message} If an earlier run was killed, "After a killed run" in docs/operations.md says how to go on.`,
  },
];

/** What the errors among an operation's events mean, a line for each resource; nothing for what explains itself. */
export function explained(events: readonly EngineEvent[]): string[] {
  const lines = events.flatMap(({ diagnosticEvent: said }) => {
    if (said?.severity !== "error") return [];
    for (const { words, says } of MEANINGS) {
      const found = words.exec(said.message);
      if (found) return [`${said.urn ? `${labelOfUrn(said.urn)}: ` : ""}${says(found)}`];
    }
    return [];
  });
  return [...new Set(lines)];
}

/** The label of a URN, which has the type within it. */
const labelOfUrn = (urn: string) => labelOf({ urn, type: urn.split("::")[2] ?? "" });
