import { waitFor } from "../../lab/shell";
import {
  byDestination,
  hostRoutes,
  loseServer,
  nodePorts,
  outputs,
  planned,
  putHostRoutes,
  workers,
} from "../support/cloud";
import { kubectl, pinging, toolPods } from "../support/kube";
import { lastSteps } from "../support/rollout/steps";
import { firstPool, lastChanges, nothing, operate, verify } from "../support/stack";

/** What belongs to one worker: its keys, its port, its server, its time in service, and the one table that all routes are in. */
const ofNode = (name: string) =>
  [
    `Command ${name}-in-service`,
    `ConfigMap ${name}-certificates`,
    `Instance ${name}`,
    `Node ${name}`,
    `Port ${name}`,
    ...["kube-proxy", "kubelet"].flatMap((user) =>
      ["CertRequest", "LocallySignedCert", "PrivateKey"].map((kind) => `${kind} ${name}-${user}`),
    ),
  ].sort();

const ids = async () => new Map([...(await nodePorts())].map(([name, { id }]) => [name, id]));

async function routesAsPlanned(): Promise<void> {
  expect((await hostRoutes(outputs().subnetId)).sort(byDestination)).toEqual(planned(workers()));
}

/** What waits for the workers: shared by all of them, and without effect on any. */
const WAITING = ["Command dev-nodes"];
/** What tells of all workers. */
const TABLES = ["Command dev-departures", "ConfigMap dev-routes", "ConfigMap dev-routes-settled", "HostRoutes dev"];

describe("what an update changes", () => {
  test("one worker from the middle less: only what was that worker's", async () => {
    const before = await ids();
    const pings = await pinging();
    await operate("up", { changes: (config) => (firstPool(config).exclude = [1]) });
    expect(lastChanges()).toMatchObject({ created: [], replaced: WAITING });
    expect(lastChanges().updated.sort()).toEqual([...TABLES, "DepartedRoutes dev"].sort());
    // Its host route goes when it has been drained, and before it does.
    const steps = lastSteps();
    const places = ["updated Command dev-departures", "updated DepartedRoutes dev", "deleted Instance dev-worker-1"];
    expect(steps.filter((step) => places.includes(step))).toEqual(places);
    expect(await pings.result).toContain(" 0% packet loss");
    expect(lastChanges().deleted.sort()).toEqual(ofNode("dev-worker-1"));
    const after = await ids();
    for (const [name, id] of before) expect(after.get(name)).toBe(name === "dev-worker-1" ? undefined : id);
    expect(workers().map(({ slot, podCidr }) => [slot, podCidr])).toEqual([
      [0, "10.200.0.0/24"],
      [2, "10.200.2.0/24"],
    ]);
    await routesAsPlanned();
  });

  test("one more, as committed: only what is that worker's, and one host route", async () => {
    const before = await ids();
    const pings = await pinging();
    await operate("up");
    expect(lastChanges()).toMatchObject({ replaced: WAITING, deleted: [] });
    expect(lastChanges().updated.sort()).toEqual(TABLES);
    expect(lastChanges().created.sort()).toEqual(ofNode("dev-worker-1"));
    expect(await pings.result).toContain(" 0% packet loss");
    const after = await ids();
    for (const [name, id] of before) expect(after.get(name)).toBe(id);
    await routesAsPlanned();
  });
});

describe("a worker that is lost", () => {
  test("comes back with its address, podCIDR, port and route, and nothing else changes", async () => {
    const [, lost] = workers();
    const ports = await ids();
    await loseServer(lost!.instanceId);
    // Without it the engine goes by its state, and sees no loss.
    await operate("up", { options: ["--refresh"] });
    expect(lastChanges()).toMatchObject({
      created: [`Instance ${lost!.name}`],
      updated: [],
      deleted: [],
    });
    expect(lastChanges().replaced.sort()).toEqual([...WAITING, `Command ${lost!.name}-in-service`]);
    expect(await ids()).toEqual(ports);
    expect(workers()[1]).toMatchObject({ name: lost!.name, address: lost!.address, podCidr: lost!.podCidr });
    await waitFor(
      "a Ready node",
      async () => (await kubectl(["get", "node", lost!.name, "--no-headers"])).includes(" Ready "),
      120_000,
      2_000,
    );
    const pods = await toolPods();
    expect(pods.map(({ node }) => node).sort()).toEqual(workers().map(({ name }) => name));
  });
});

describe("host routes changed by hand", () => {
  const put = (routes: Parameters<typeof putHostRoutes>[1]) => putHostRoutes(outputs().subnetId, routes);
  afterAll(() => put(planned(workers())));

  test("one removed, one sent elsewhere, one of somebody else's: the next update says what it restores, keeps the other, and changes nothing else", async () => {
    const foreign = { destination: "192.0.2.0/24", nexthop: "10.106.1.240" };
    const [removed, moved, ...rest] = planned(workers());
    const elsewhere = { destination: moved!.destination, nexthop: "10.106.1.99" };
    await put([...rest, elsewhere, foreign]);
    await expect(verify()).rejects.toThrow(/dev-worker-\d/);
    const said = await operate("up");
    expect(lastChanges()).toMatchObject({ ...nothing, updated: ["HostRoutes dev"] });
    const lines = [removed!, moved!].map(({ destination, nexthop }) => `${destination} via ${nexthop} was missing`);
    for (const line of [...lines, `${elsewhere.destination} via ${elsewhere.nexthop} was not ours`])
      expect(said).toContain(`were restored: ${line}`);
    expect((await hostRoutes(outputs().subnetId)).sort(byDestination)).toEqual(
      [foreign, ...planned(workers())].sort(byDestination),
    );
    expect(await operate("up")).not.toContain("were restored");
    expect(lastChanges()).toMatchObject(nothing);
    expect(await verify()).toContain("3 routes: plan, Kubernetes and Neutron agree");
  });
});
