import { waitFor } from "../../../lab/shell";
import { byDestination, list, outputs, planned, workers } from "../../support/cloud";
import { peerSeen, toolPods } from "../../support/kube";
import { settled } from "../../support/otherRoutes";
import { closeOutside, openOutside, outsideAddress } from "../../support/outside";
import { lastSteps } from "../../support/rollout/steps";
import {
  admitToPods,
  askFromOutside,
  changeRouter,
  leadToRouter,
  onRouter,
  removeGroup,
  SOMEBODYS,
} from "../../support/routerRoutes";
import { Config, firstPool, lastChanges, nothing, operate, refused, verify } from "../../support/stack";

let group: string;
/** The pods' routes on the router, and the operator's group on the workers. */
const on = (count = 3) => ({
  changes: (config: Config) => {
    Object.assign(config["hostroute:network"] as Config, { routerRoutes: true });
    Object.assign(firstPool(config), { count, extraSecurityGroups: [group] });
  },
});

const servers = () => outputs().nodes.map(({ name, instanceId }) => [name, instanceId]);
const portsOf = (names: readonly string[]) => names.map((name) => `Port ${name}`).sort();
/** What there is of routes on the router, and what has to be: the plan's, and somebody's. */
async function expectOnRouter(own = planned(workers())): Promise<void> {
  expect((await onRouter()).sort(byDestination)).toEqual([...own, SOMEBODYS].sort(byDestination));
}

/** Every worker's pod is asked from outside, and has to see whoever asks, without an address of the router's or a node's between them. */
async function expectReached(): Promise<void> {
  await settled();
  const pods = await toolPods();
  expect(pods).toHaveLength(workers().length);
  for (const { address } of pods) {
    const asked = await waitFor(address, () => askFromOutside(`http://${address}:8080/`), 30_000, 1_000);
    expect(await peerSeen(Promise.resolve(asked))).toBe(outsideAddress);
  }
}

beforeAll(async () => {
  await operate("up");
  group = await admitToPods();
  await toolPods();
  await openOutside();
  await leadToRouter();
  await changeRouter("remove", ...(await onRouter()));
  await changeRouter("add", SOMEBODYS);
}, 600_000);

afterAll(async () => {
  await closeOutside();
  await operate("up");
  await changeRouter("remove", SOMEBODYS);
  await removeGroup();
}, 900_000);

test("off: a machine on the external network that knows the way to the router reaches no pod", async () => {
  for (const { address } of await toolPods())
    await expect(askFromOutside(`http://${address}:8080/`)).rejects.toThrow("curl: (");
});

describe("on", () => {
  test("the router has every worker's route beside somebody's; no server is touched, and ports get the group in place", async () => {
    const before = servers();
    await operate("up", on());
    const { created, updated, replaced, deleted } = lastChanges();
    expect(created.sort()).toEqual(["DepartedRoutes dev-router", "RouterRoutes dev"]);
    expect(updated.sort()).toEqual(portsOf(workers().map(({ name }) => name)));
    expect([replaced, deleted]).toEqual([[], []]);
    expect(servers()).toEqual(before);
    expect(outputs().routerRoutes).toBe(true);
    await expectOnRouter();
    await operate("up", on());
    expect(lastChanges()).toMatchObject(nothing);
  });

  test("the machine outside reaches every pod through the router, which sees its address", expectReached, 180_000);

  test("a connection carries a megabyte, and a port that no group admits is closed all the same", async () => {
    const [pod] = await toolPods();
    const size = ["-o", "/dev/null", "-w", "%{size_download}", "-m", "20"];
    expect(await askFromOutside(`http://${pod!.address}:8080/bytes/1048576`, ...size)).toBe("1048576");
    // Dropped: nothing listens there, and whoever asked would be told so otherwise.
    await expect(askFromOutside(`http://${pod!.address}:8081/`)).rejects.toThrow("curl: (28)");
  });

  test("one worker more: its route is added, its pod is reached, and no other server is touched", async () => {
    const before = servers();
    await operate("up", on(4));
    expect(lastChanges()).toMatchObject({ replaced: ["Command dev-nodes"], deleted: [] });
    expect(lastChanges().updated).toContain("RouterRoutes dev");
    expect(servers()).toEqual(expect.arrayContaining(before));
    expect(servers()).toHaveLength(before.length + 1);
    await expectOnRouter();
    await expectReached();
  }, 900_000);

  test("one fewer: its route is taken away, and it alone", async () => {
    const left = workers().at(-1)!;
    await operate("up", on());
    expect(lastChanges().replaced).toEqual(["Command dev-nodes"]);
    expect(lastChanges().updated).toEqual(expect.arrayContaining(["DepartedRoutes dev-router", "RouterRoutes dev"]));
    expect(lastChanges().deleted).toContain(`Instance ${left.name}`);
    expect(workers()).not.toContainEqual(left);
    await expectOnRouter();
    await expectReached();
  }, 900_000);

  test("a route that is removed by hand is missed by verify, and restored by the next update, which says so", async () => {
    const [lost] = planned(workers());
    await changeRouter("remove", lost!);
    await expect(verify()).rejects.toThrow(/dev-worker-0 .* no route/);
    const said = await operate("up", on());
    expect(said).toContain(
      `Routes on the router had been changed outside of this stack and were restored: ${lost!.destination} via ${lost!.nexthop} was missing`,
    );
    expect(lastChanges()).toMatchObject({ ...nothing, updated: ["RouterRoutes dev"] });
    await expectOnRouter();
    expect(await verify()).toContain("3 routes: plan, Kubernetes and Neutron agree");
  });

  test("a podCIDR that somebody routes elsewhere is refused at preview, and theirs is left", async () => {
    // Of the fifth worker, whose route no update of this check has had.
    const theirs = { destination: workers()[0]!.podCidr!.replace(/\.0\.0\/24$/, ".4.0/24"), nexthop: "10.106.1.199" };
    await changeRouter("add", theirs);
    try {
      expect(await refused("preview", on(5))).toContain(
        `already routes ${theirs.destination} via ${theirs.nexthop}, which is not this stack's route`,
      );
      await expectOnRouter([...planned(workers()), theirs]);
    } finally {
      await changeRouter("remove", theirs);
    }
  });
});

test("off again: its own routes go, somebody's stays, no server is touched, and no pod is reached", async () => {
  const before = servers();
  await operate("up");
  const { created, updated, replaced, deleted } = lastChanges();
  expect(deleted.sort()).toEqual(["DepartedRoutes dev-router", "RouterRoutes dev"]);
  expect(updated.sort()).toEqual(portsOf(workers().map(({ name }) => name)));
  expect([created, replaced]).toEqual([[], []]);
  expect(servers()).toEqual(before);
  await expectOnRouter([]);
  await settled();
  for (const { address } of await toolPods())
    await expect(askFromOutside(`http://${address}:8080/`)).rejects.toThrow("curl: (");
});

test("destroy: the routes go before the router's interface, which Neutron keeps as long as they need it", async () => {
  await operate("up", on());
  await expectOnRouter();
  await operate("destroy");
  const places = ["deleted RouterRoutes dev", "deleted RouterInterface dev"];
  expect(lastSteps().filter((step) => places.includes(step))).toEqual(places);
  for (const url of ["/v2.0/routers?name=dev", "/v2.0/networks?name=dev", "/v2.0/security-groups?name=dev-worker"])
    expect(await list("network", url, url.split(/[/?]/)[2]!.replaceAll("-", "_"))).toEqual([]);
  await operate("up");
  expect(await onRouter()).toEqual([]);
  await changeRouter("add", SOMEBODYS);
}, 900_000);
