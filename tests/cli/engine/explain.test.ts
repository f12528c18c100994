import { parseEvents } from "../../../cli/engine/changes";
import { explained } from "../../../cli/engine/explain";

const TYPE = "hostroute:index:Cluster$hostroute:machines:Machine$openstack:compute/instance:Instance";
const diagnostic = (message: string, severity = "error", name = "dev-worker-0") =>
  JSON.stringify({
    sequence: 1,
    diagnosticEvent: { urn: `urn:pulumi:dev::hostroute::${TYPE}::${name}`, message, color: "never", severity },
  });
const said = (...lines: string[]) => explained(parseEvents(lines.join("\n")));

const ROOM =
  "What has been made stays; the next up goes on from there once there is room. npm run preflight says how much is needed.";

// As the provider hands the APIs' own words on.
it.each([
  [
    `error creating OpenStack server: Expected HTTP response code [200 202] when accessing [POST https://nova/servers], but got 403 instead
{"forbidden": {"code": 403, "message": "Quota exceeded for cores, ram: Requested 2, 4096, but already used 19, 8192 of 20, 10240 cores, ram"}}`,
    `Nova's quota of cores, ram leaves no room: 2, 4096 wanted, 19, 8192 of 20, 10240 used. ${ROOM}`,
  ],
  [
    `Error creating openstack_networking_port_v2: … but got 409 instead: {"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources: ['port'].", "detail": ""}}`,
    `Neutron's quota of port leaves no room. ${ROOM}`,
  ],
  [
    `{"forbidden": {"code": 403, "message": "Quota exceeded, too many servers in group"}}`,
    `Nova's quota leaves no room for more servers in group. ${ROOM}`,
  ],
  [
    `Instance 1 was to become active: {"code":500,"message":"No valid host was found. There are not enough hosts available."}`,
    "No host has room for a server of this flavor, zone and server group (Nova: No valid host was found. There are not enough hosts available.). Wait for room, choose another flavor or zone, or serverGroup soft-anti-affinity; the next up replaces the server.",
  ],
  [
    `but got 409 instead: {"NeutronError": {"type": "IpAddressAlreadyAllocated", "message": "IP address 10.106.1.2 already allocated in subnet 5efd6106-0fc0.", "detail": ""}}`,
    "Another port has 10.106.1.2: openstack port list --fixed-ip ip-address=10.106.1.2 says which. Delete it if nobody needs it, or move hostroute:network.firstWorkerAddress and the like.",
  ],
  [
    `Neutron answered 400 to 31 more routes of router r1: {"NeutronError":{"type":"RoutesExhausted","message":"Unable to complete operation for r1. The number of routes exceeds the maximum 30.","detail":""}}`,
    "The router takes 30 routes at most, those of others included (Neutron's max_routes). Set hostroute:network.maxRouterRoutes to 30, and use fewer workers or leave hostroute:network.routerRoutes out.",
  ],
  [
    `Neutron answered 400 to 3 more routes of router r1: {"NeutronError":{"type":"InvalidRoutes","message":"Invalid format for routes: [], the nexthop is not connected with router","detail":""}}`,
    "The router has no interface in the subnet of one of its routes' next hops. For the pods' routes that is the node subnet: openstack router add subnet ROUTER SUBNET.",
  ],
  [
    `but got 409 instead: {"NeutronError": {"type": "RouterInterfaceInUseByRoute", "message": "Router interface for subnet s1 on router r1 cannot be deleted, as it is required by one or more routes.", "detail": ""}}`,
    "Somebody's route on the router goes by way of the node subnet: openstack router show -c routes r1 says which. Take it away (openstack router remove route), and go on.",
  ],
  [
    `but got 409 instead: {"conflictingRequest": {"code": 409, "message": "Key pair 'dev-1' already exists."}}`,
    `The API says that this is in conflict with what is there: Key pair 'dev-1' already exists. If an earlier run was killed, "After a killed run" in docs/operations.md says how to go on.`,
  ],
])("%s", (message, means) => {
  expect(said(diagnostic(message))).toEqual([`Instance dev-worker-0: ${means}`]);
});

it("says the same once, and nothing of warnings and of what explains itself", () => {
  const full = `Quota exceeded for resources: ['port'].`;
  expect(said(diagnostic(full), diagnostic(full), diagnostic(full, "error", "dev-worker-1"))).toHaveLength(2);
  expect(
    said(diagnostic(full, "warning"), diagnostic(full, "debug"), diagnostic("The routes differ from the plan")),
  ).toEqual([]);
});

it("says of an error without a resource what it means", () => {
  const message = "Unable to complete operation for network n. The IP address 10.106.1.2 is in use.";
  const event = { sequence: 1, diagnosticEvent: { message, color: "never", severity: "error" } };
  expect(said(JSON.stringify(event))).toEqual([expect.stringMatching(/^Another port has 10\.106\.1\.2: /)]);
});
