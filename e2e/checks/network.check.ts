import { option121Bytes } from "../../components/addressing/dhcpOption121";
import { inGuest } from "../../lab/guest";
import { byDestination, hostRoutes, nodePorts, outputs, planned, podAddress, workers } from "../support/cloud";
import { decodeOption121, leasedOption121 } from "../support/lease";

beforeAll(async () => {
  // An instance is ACTIVE long before its first boot is done.
  for (const { instanceId } of outputs().nodes) await inGuest(instanceId, ["cloud-init", "status", "--wait"]);
}, 120_000);

describe("what Neutron holds", () => {
  test("host routes equal the plan, entry by entry", async () => {
    expect((await hostRoutes(outputs().subnetId)).sort(byDestination)).toEqual(planned(workers()));
    expect(
      outputs()
        .routes.map(({ destination, nextHop }) => ({ destination, nexthop: nextHop }))
        .sort(byDestination),
    ).toEqual(planned(workers()));
  });

  test("every port has its fixed address, and a pair of exactly its own podCIDR and no other", async () => {
    const ports = await nodePorts();
    const found = outputs().nodes.map(({ name }) => ({
      name,
      addresses: ports.get(name)!.fixed_ips.map((ip) => ip.ip_address),
      pairs: ports.get(name)!.allowed_address_pairs.map((pair) => pair.ip_address),
    }));
    const wanted = outputs().nodes.map(({ name, address, podCidr }) => ({
      name,
      addresses: [address],
      pairs: podCidr ? [podCidr] : [],
    }));
    expect(found).toEqual(wanted);
  });
});

describe("what DHCP brings", () => {
  test("every node's lease has all host routes, the metadata route and the default route, in the size that was computed", async () => {
    const routes = outputs().routes.map(({ destination, nextHop }) => `${destination} via ${nextHop}`);
    const prefixes = outputs().routes.map(({ destination }) => Number(destination.split("/")[1]));
    for (const { instanceId } of outputs().nodes) {
      const octets = leasedOption121(await inGuest(instanceId, ["sh", "-c", "cat /var/lib/dhcp/*.leases"]));
      const leased = decodeOption121(octets);
      expect(leased).toEqual(expect.arrayContaining(routes));
      expect(leased.filter((route) => route.startsWith("0.0.0.0/0"))).toHaveLength(1);
      expect(leased.filter((route) => route.startsWith("169.254.169.254/32"))).toHaveLength(1);
      expect(leased).toHaveLength(routes.length + 2);
      expect(octets).toHaveLength(option121Bytes(prefixes, true));
    }
  });

  test("the kernel sends every other node's podCIDR to that node", async () => {
    for (const from of workers()) {
      for (const to of workers().filter(({ name }) => name !== from.name)) {
        const route = await inGuest(from.instanceId, ["ip", "route", "get", podAddress(to, 5)]);
        expect(route).toContain(`via ${to.address} dev`);
      }
    }
  });

  test("a node's own podCIDR stays on its bridge, although DHCP brings a route to itself", async () => {
    for (const node of workers()) {
      expect(await inGuest(node.instanceId, ["ip", "route", "get", podAddress(node, 5)])).toContain("dev cbr0");
    }
  });
});
