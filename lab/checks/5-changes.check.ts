import { byDestination, cloud, hostRoutes, lab, lastChanges, nodePorts, outputs, planned, workers } from "./cloud";

type Config = Record<string, unknown>;
const firstPool = (config: Config) => (config["hostroute:workerPools"] as Config[])[0]!;
const nothing = { created: [], updated: [], replaced: [], deleted: [] };

/** What belongs to one worker: its keys, its port, its server, and the one table that all routes are in. */
const ofNode = (name: string) =>
  [
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

describe("what an update changes", () => {
  test("nothing, when nothing changed", async () => {
    await lab("up");
    expect(lastChanges()).toMatchObject(nothing);
  });

  test("one worker more: only what is that worker's, and one host route", async () => {
    const before = await ids();
    await lab("up", (config) => (firstPool(config).count = 4));
    expect(lastChanges()).toMatchObject({
      ...nothing,
      updated: ["HostRoutes dev"],
      created: expect.arrayContaining(ofNode("dev-worker-3")) as string[],
    });
    expect(lastChanges().created.sort()).toEqual(ofNode("dev-worker-3"));
    const after = await ids();
    for (const [name, id] of before) expect(after.get(name)).toBe(id);
    await routesAsPlanned();
  });

  test("one from the middle less: only what was that worker's", async () => {
    const before = await ids();
    await lab("up", (config) => Object.assign(firstPool(config), { count: 4, exclude: [1] }));
    expect(lastChanges()).toMatchObject({ created: [], updated: ["HostRoutes dev"], replaced: [] });
    expect(lastChanges().deleted.sort()).toEqual(ofNode("dev-worker-1"));
    const after = await ids();
    for (const [name, id] of before) expect(after.get(name)).toBe(name === "dev-worker-1" ? undefined : id);
    expect(workers().map(({ slot, podCidr }) => [slot, podCidr])).toEqual([
      [0, "10.200.0.0/24"],
      [2, "10.200.2.0/24"],
      [3, "10.200.3.0/24"],
    ]);
    await routesAsPlanned();
  });

  test("back to the committed configuration", async () => {
    await lab("up");
    expect(lastChanges().created.sort()).toEqual(ofNode("dev-worker-1"));
    expect(lastChanges().deleted.sort()).toEqual(ofNode("dev-worker-3"));
    await routesAsPlanned();
  });
});

describe("host routes changed by hand", () => {
  const put = async (routes: { destination: string; nexthop: string }[]) => {
    const { status } = await (
      await cloud()
    ).call("network", "PUT", `/v2.0/subnets/${outputs().subnetId}`, { subnet: { host_routes: routes } });
    expect(status).toBe(200);
  };

  test("one removed: the next update restores it, says so, and changes nothing else", async () => {
    const [first, ...rest] = await hostRoutes(outputs().subnetId);
    await put(rest);
    const said = await lab("up");
    expect(lastChanges()).toMatchObject({ ...nothing, updated: ["HostRoutes dev"] });
    expect(said).toContain(`were restored: ${first!.destination} via ${first!.nexthop} was missing`);
    await routesAsPlanned();
    expect(await lab("up")).not.toContain("were restored");
  });

  test("one sent elsewhere, and one of somebody else's: ours is put right, the other is kept", async () => {
    const foreign = { destination: "192.0.2.0/24", nexthop: "10.106.1.240" };
    const [first, ...rest] = await hostRoutes(outputs().subnetId);
    await put([...rest, { destination: first!.destination, nexthop: "10.106.1.99" }, foreign]);
    await lab("up");
    expect((await hostRoutes(outputs().subnetId)).sort(byDestination)).toEqual(
      [foreign, ...planned(workers())].sort(byDestination),
    );
    await put(planned(workers()));
  });
});
