import { option121Bytes } from "../../components/addressing/dhcpOption121";
import { waitFor } from "../../lab/shell";
import { portBeside, removeBeside, serverBeside } from "../support/beside";
import { byDestination, hostRoutes, nodePorts, outputs, planned, putHostRoutes, workers } from "../support/cloud";
import { leasesOf, newLease } from "../support/dhclient";
import { decodeOption121, leasedOption121 } from "../support/lease";
import { fillTo, MOST, onlyOwn, others } from "../support/otherRoutes";
import { firstPool, lastChanges, nothing, operate, refused, verify } from "../support/stack";

const table = async () => (await hostRoutes(outputs().subnetId)).sort(byDestination);
const CONSEQUENCE = "no lease at all from OVN, and there running nodes lose their addresses when their leases end";

/** What a lease has to bring: these host routes, one to the metadata service, a default route, and nothing else. */
function expectLease(lease: string, routes: { destination: string; nexthop: string }[]): void {
  const octets = leasedOption121(lease);
  const leased = decodeOption121(octets);
  expect(leased).toEqual(expect.arrayContaining(routes.map((each) => `${each.destination} via ${each.nexthop}`)));
  expect(leased.filter((route) => route.startsWith("169.254.169.254/32 "))).toHaveLength(1);
  expect(leased.filter((route) => route.startsWith("0.0.0.0/0 "))).toHaveLength(1);
  expect(leased).toHaveLength(routes.length + 2);
  expect(octets).toHaveLength(option121Bytes(Array<number>(routes.length).fill(24), true));
}

describe("routes of others in the stack's subnet", () => {
  /** A guest beside the stack's, which may be left without a lease. */
  const GUEST = "dev-guest-0";
  let guest: string;

  beforeAll(() => removeBeside(GUEST));
  afterAll(async () => {
    await onlyOwn();
    await removeBeside(GUEST);
  }, 120_000);

  test("as many as fit: the next update puts the stack's own among them, and warns", async () => {
    await putHostRoutes(outputs().subnetId, [...others(MOST - workers().length), ...planned(workers()).slice(1)]);
    const said = await operate("up");
    expect(said).toContain(
      "30 host routes make DHCP option 121 254 bytes long of the 255 that it holds: there is room for 0 more",
    );
    expect(lastChanges()).toMatchObject({ ...nothing, updated: ["HostRoutes dev"] });
    expect(await table()).toEqual([...others(MOST - workers().length), ...planned(workers())].sort(byDestination));
    const verified = await verify();
    expect(verified).toContain("3 routes: plan, Kubernetes and Neutron agree");
    expect(verified).toContain("there is room for 0 more");
  });

  test("a guest that boots then has all of them in its lease", async () => {
    const port = await portBeside(GUEST);
    guest = await serverBeside(GUEST, port.id);
    // dhclient notes its own identity in that file first.
    const leased = async () => {
      const leases = await leasesOf(guest);
      return /^\}$/m.test(leases) ? leases : undefined;
    };
    expectLease(await waitFor("its lease", leased, 120_000, 500), await table());
  });

  test("one worker more is refused at preview, with the count, and nothing is written", async () => {
    const before = [await table(), [...(await nodePorts()).keys()]];
    const said = await refused("preview", { changes: (config) => (firstPool(config).count = 4) });
    expect(said).toContain("The subnet would have 31 host routes, 4 of this stack and 27 of others.");
    expect(said).toContain("262 bytes long, but an option holds at most 255");
    expect([await table(), [...(await nodePorts()).keys()]]).toEqual(before);
  });

  test("one more by hand: an update that changes nothing ends well and says what will happen, and so does verify", async () => {
    await fillTo(MOST + 1);
    for (const said of [await operate("up"), await verify()]) {
      expect(said).toContain("31 host routes make DHCP option 121 262 bytes long, more than the 255 that it holds.");
      expect(said).toContain(CONSEQUENCE);
    }
    expect(lastChanges()).toMatchObject(nothing);
    expect(await table()).toHaveLength(MOST + 1);
  });

  test("and so it is: a guest that asks for a lease then is given none", async () => {
    expect(await newLease(guest)).toBeUndefined();
  });

  test("without them all is as it was: a lease with the stack's routes, and no warning", async () => {
    await onlyOwn();
    expectLease((await newLease(guest)) ?? "", planned(workers()));
    expect(await operate("up")).not.toContain("option 121");
    expect(lastChanges()).toMatchObject(nothing);
    expect(await verify()).not.toContain("option 121");
  });
});
