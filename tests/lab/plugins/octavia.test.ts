import { cloudOf, openstackKinds } from "../../../lab/plugins/openstack";
import { Props } from "../../../lab/plugins/protocol/values";
import { Engine, Failure, Resource } from "./engine";
import { FakeOctavia } from "./fakeOctavia";

const type = (name: string) => `openstack:loadbalancer/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;

let fake: FakeOctavia;
let engine: Engine;
/** A balancer with a listener, a pool, a member and a monitor, by type. */
let made: Record<string, Resource>;
beforeEach(async () => {
  fake = new FakeOctavia();
  const cloud = cloudOf(
    () => fake,
    () => "RegionOne",
    1,
  );
  engine = new Engine({
    name: "openstack",
    version: "0",
    config: {},
    acceptSecrets: false,
    kinds: openstackKinds(cloud),
  });
  made = {};
  const make = async (name: string, inputs: Props) => (made[name] = await engine.create(type(name), inputs));
  const { id: loadbalancerId } = await make("LoadBalancer", {
    name: "dev",
    description: "why",
    vipSubnetId: "s",
    vipAddress: "10.0.0.9",
    loadbalancerProvider: "amphora",
  });
  const listener = { loadbalancerId, protocol: "TCP", protocolPort: 443, timeoutClientData: 9, timeoutMemberData: 9 };
  const { id: listenerId } = await make("Listener", {
    ...listener,
    name: "dev",
    allowedCidrs: ["10.0.0.0/24", "192.0.2.0/24"],
  });
  const { id: poolId } = await make("Pool", {
    name: "dev",
    listenerId,
    protocol: "TCP",
    lbMethod: "LEAST_CONNECTIONS",
  });
  await make("Member", { name: "one", poolId, address: "10.0.0.2", protocolPort: 6443, subnetId: "s" });
  const probe = { type: "HTTPS", httpMethod: "GET", urlPath: "/readyz", expectedCodes: "200" };
  await make("Monitor", { ...probe, name: "dev", poolId, delay: 3, timeout: 2, maxRetries: 2, maxRetriesDown: 2 });
});

/** By type: its collection, what is changed by hand in the API's words, and as the plugin has to see it. */
const cases: [name: string, plural: string, byHand: Props, seen: Record<string, string>][] = [
  [
    "LoadBalancer",
    "loadbalancers",
    { description: "", provider: "ovn" },
    { description: "updates", loadbalancerProvider: "updates replacing" },
  ],
  [
    "Listener",
    "listeners",
    { allowed_cidrs: ["10.0.0.0/24"], protocol_port: 6443 },
    { "allowedCidrs[1]": "adds", protocolPort: "updates replacing" },
  ],
  [
    "Pool",
    "pools",
    { lb_algorithm: "ROUND_ROBIN", protocol: "PROXY" },
    { lbMethod: "updates", protocol: "updates replacing" },
  ],
  [
    "Member",
    "members",
    { weight: 0, address: "10.0.0.3", admin_state_up: false },
    { address: "updates replacing", adminStateUp: "updates" },
  ],
  ["Monitor", "healthmonitors", { delay: 9, type: "TCP" }, { delay: "updates", type: "updates replacing" }],
];

describe.each(cases)("%s", (name, plural, byHand, seen) => {
  it("reads back as it was made: no change", async () => {
    expect(await engine.refresh(made[name]!)).toEqual(made[name]);
    expect(await engine.diff(made[name]!, made[name]!.inputs)).toMatchObject({ some: false, detailed: {} });
  });

  it("shows what was changed by hand", async () => {
    fake.change(plural, made[name]!.id, byHand);
    const now = (await engine.refresh(made[name]!))!;
    expect((await engine.diff(now, made[name]!.inputs)).detailed).toEqual(seen);
  });

  it("is gone when it was deleted by hand", async () => {
    fake.items[plural]!.delete(made[name]!.id);
    expect(await engine.refresh(made[name]!)).toBeUndefined();
  });

  it("has no property besides those of its table", async () => {
    const { failures } = await engine.check(type(name), { ...made[name]!.inputs, tags: ["a"], name: 5 });
    expect(failures).toMatchObject({ tags: "the lab's plugins do not implement this property" });
    expect(failures).toHaveProperty("name");
  });

  it("is imported by its id alone, or says why not", async () => {
    const importing = engine.import(type(name), made[name]!.id);
    if (name === "Member") return expect(importing).rejects.toThrow("a member by its pool's id and its own");
    const imported = (await importing)!;
    expect(await engine.diff(imported, made[name]!.inputs)).toMatchObject({ some: false });
  });
});

it("knows the balancer's port and its groups", () => {
  expect(made.LoadBalancer!.state).toMatchObject({ vipPortId: "vip-port", securityGroupIds: ["g1", "g2"] });
});

describe("what is in a balancer", () => {
  it("changes in place, with nothing sent but what has changed, once nothing else is under way", async () => {
    fake.requests.length = 0;
    const goal = { ...made.Listener!.inputs, allowedCidrs: ["10.0.0.0/24"] };
    const now = await engine.update(made.Listener!, goal);
    expect(fake.requests.filter(({ method }) => method !== "GET").map(({ body }) => body)).toEqual([
      { listener: { allowed_cidrs: ["10.0.0.0/24"] } },
    ]);
    expect(fake.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
    expect(await engine.diff(now, goal)).toMatchObject({ some: false });
    const open = await engine.update(now, { ...goal, allowedCidrs: undefined });
    expect(open.state.allowedCidrs).toEqual([]);
  });

  it("is made one after the other, whoever asks at once", async () => {
    const { poolId } = made.Member!.inputs;
    const member = (n: number) => ({
      name: `m${n}`,
      poolId,
      address: `10.0.0.${n}`,
      protocolPort: 6443,
      subnetId: "s",
    });
    const all = await Promise.all([3, 4, 5].map((n) => engine.create(type("Member"), member(n))));
    expect(fake.items.members!.size).toBe(4);
    await Promise.all(all.map((each) => engine.remove(each)));
    expect(fake.items.members!.size).toBe(1);
  });

  it("fails with the balancer, and is not in the state then: the provider sets its id after the wait", async () => {
    fake.ending = "ERROR";
    const { loadbalancerId } = made.Listener!.inputs;
    const inputs = { name: "two", loadbalancerId, protocol: "TCP", protocolPort: 80 };
    const failure = (await engine.create(type("Listener"), inputs).catch((error: unknown) => error)) as Failure;
    expect(failure.message).toContain("was to become ACTIVE and is ERROR");
    expect(failure.metadata).toBeUndefined();
  });

  it("fails at once where the balancer is gone", async () => {
    fake.items.loadbalancers!.clear();
    await expect(engine.create(type("Listener"), made.Listener!.inputs)).rejects.toThrow("and is gone");
  });

  it("is refused at once where waiting would not help", async () => {
    const call = fake.call.bind(fake);
    const refusal = { status: 501, body: { faultstring: "OVN provider does not support allowed_cidrs option" } };
    jest
      .spyOn(fake, "call")
      .mockImplementation((...asked) => (asked[1] === "POST" ? Promise.resolve(refusal) : call(...asked)));
    await expect(engine.create(type("Listener"), made.Listener!.inputs)).rejects.toThrow("allowed_cidrs");
  });
});

describe("deletion", () => {
  it("takes one thing after the other, and each once and for all", async () => {
    for (const name of ["Monitor", "Member", "Pool", "Listener", "LoadBalancer"]) await engine.remove(made[name]!);
    expect(Object.values(fake.items).map(({ size }) => size)).toEqual([0, 0, 0, 0, 0]);
    for (const name of ["Pool", "Listener", "LoadBalancer"]) await engine.remove(made[name]!);
  });

  it("of a balancer is refused while something is in it", async () => {
    await expect(engine.remove(made.LoadBalancer!)).rejects.toThrow("it has children");
  });

  it.each(["Member", "Monitor"])("of a %s wants its pool, as the real provider's does", async (name) => {
    fake.items.pools!.clear();
    await expect(engine.remove(made[name]!)).rejects.toThrow("Unable to retrieve parent pool");
  });
});
