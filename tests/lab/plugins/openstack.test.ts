import { cloudOf, openstackInvocations, openstackKinds } from "../../../lab/plugins/openstack";
import { Props, UNKNOWN } from "../../../lab/plugins/protocol/values";
import { Engine, Failure, initFailed, Resource } from "./engine";
import { FakeOpenStack } from "./fakeOpenStack";

const NET = "openstack:networking";
const INSTANCE = "openstack:compute/instance:Instance";
const SERVER_GROUP = "openstack:compute/serverGroup:ServerGroup";

let fake: FakeOpenStack;
let engine: Engine;
beforeEach(() => {
  fake = new FakeOpenStack();
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
    invocations: openstackInvocations(cloud),
  });
});

const PORT = {
  networkId: "net",
  fixedIps: [{ subnetId: "sub", ipAddress: "10.0.0.2" }],
  securityGroupIds: ["g2", "g1"],
};

/** A type, what it is given, and what is changed by hand: in the API's words, and as the plugin has to see it. */
interface Case {
  type: string;
  inputs: (made: { port: string; router: string }) => Props;
  plural: string;
  byHand: Record<string, unknown>;
  seen: Record<string, string>;
}
const cases: Case[] = [
  {
    type: `${NET}/network:Network`,
    inputs: () => ({ name: "dev", adminStateUp: true, portSecurityEnabled: true, tags: ["b", "a"] }),
    plural: "networks",
    byHand: { port_security_enabled: false, tags: ["a"] },
    seen: { portSecurityEnabled: "updates", tags: "updates" },
  },
  {
    type: `${NET}/subnet:Subnet`,
    inputs: () => ({
      name: "dev",
      networkId: "net",
      cidr: "10.0.0.0/24",
      ipVersion: 4,
      enableDhcp: true,
      gatewayIp: "10.0.0.254",
      allocationPools: [
        { start: "10.0.0.200", end: "10.0.0.210" },
        { start: "10.0.0.220", end: "10.0.0.230" },
      ],
      dnsNameservers: [],
    }),
    plural: "subnets",
    byHand: { dns_nameservers: ["192.0.2.1"], gateway_ip: "10.0.0.1" },
    seen: { dnsNameservers: "deletes", gatewayIp: "updates" },
  },
  {
    type: `${NET}/router:Router`,
    inputs: () => ({ name: "dev", adminStateUp: true, externalNetworkId: "public-id" }),
    plural: "routers",
    byHand: { external_gateway_info: null },
    seen: { externalNetworkId: "updates" },
  },
  {
    type: `${NET}/secGroup:SecGroup`,
    inputs: () => ({ name: "dev", description: "why" }),
    plural: "security-groups",
    byHand: { name: "other" },
    seen: { name: "updates" },
  },
  {
    type: `${NET}/secGroupRule:SecGroupRule`,
    inputs: () => ({
      ...{ securityGroupId: "g", direction: "ingress", ethertype: "IPv4", description: "why" },
      ...{ protocol: "tcp", portRangeMin: 22, portRangeMax: 22, remoteIpPrefix: "FD00::/8" },
    }),
    plural: "security-group-rules",
    byHand: { port_range_max: 23 },
    seen: { portRangeMax: "updates replacing" },
  },
  {
    type: `${NET}/port:Port`,
    inputs: () => ({
      ...PORT,
      ...{ name: "dev", adminStateUp: true, portSecurityEnabled: true, tags: ["worker", "dev"] },
      allowedAddressPairs: [{ ipAddress: "10.200.0.0/24" }, { ipAddress: "10.200.1.0/24" }],
    }),
    plural: "ports",
    byHand: { allowed_address_pairs: [{ ip_address: "10.200.0.0/24" }] },
    seen: { allowedAddressPairs: "updates" },
  },
  {
    type: `${NET}/floatingIp:FloatingIp`,
    inputs: () => ({ pool: "public", description: "why" }),
    plural: "floatingips",
    byHand: { description: "" },
    seen: { description: "updates" },
  },
  {
    type: INSTANCE,
    inputs: ({ port }) => ({
      ...{ name: "dev", flavorName: "m1.small", imageName: "debian-12", networks: [{ port }] },
      ...{ userData: "#cloud-config", tags: ["dev", "worker"], keyPair: "dev" },
    }),
    plural: "servers",
    byHand: { flavor: { id: "flavor-2" }, tags: ["dev"], image: { id: "image-2" } },
    seen: { flavorName: "updates", tags: "updates", imageName: "updates" },
  },
  {
    type: "openstack:compute/keypair:Keypair",
    inputs: () => ({ name: "dev", publicKey: "ssh-ed25519 AAAA" }),
    plural: "keypairs",
    byHand: { public_key: "ssh-ed25519 BBBB" },
    seen: { publicKey: "updates replacing" },
  },
  {
    type: SERVER_GROUP,
    inputs: () => ({ name: "dev", policies: ["soft-anti-affinity"] }),
    plural: "os-server-groups",
    byHand: { policies: ["anti-affinity"] },
    seen: { "policies[0]": "updates replacing" },
  },
];

const given = async ({ inputs }: Case) =>
  inputs({ port: (await engine.create(`${NET}/port:Port`, { ...PORT, name: "other" })).id, router: "" });
/** Without what the API never says again, which an import cannot know either. */
const WRITE_ONLY: Record<string, string[]> = {
  [`${NET}/port:Port`]: ["fixedIps", "securityGroupIds", "tags"],
  [`${NET}/network:Network`]: ["tags"],
  [INSTANCE]: ["userData", "tags"],
};

describe.each(cases)("$type", (of) => {
  let made: Resource;
  beforeEach(async () => {
    made = await engine.create(of.type, await given(of));
  });
  const without = (props: Props) =>
    Object.fromEntries(Object.entries(props).filter(([key]) => !WRITE_ONLY[of.type]?.includes(key)));

  it("reads back as it was made: no change", async () => {
    expect(await engine.refresh(made)).toEqual(made);
    expect(await engine.diff(made, made.inputs)).toMatchObject({ some: false, detailed: {} });
  });

  it("shows what was changed by hand", async () => {
    fake.change(of.plural, made.id, of.byHand);
    const now = (await engine.refresh(made))!;
    expect(now.state).not.toEqual(made.state);
    expect((await engine.diff(now, made.inputs)).detailed).toEqual(of.seen);
  });

  it("is gone when it was deleted by hand", async () => {
    fake.items[of.plural]!.delete(made.id);
    expect(await engine.refresh(made)).toBeUndefined();
  });

  it("is imported by its id alone", async () => {
    const imported = (await engine.import(of.type, made.id))!;
    expect((await engine.check(of.type, imported.inputs)).failures).toEqual({});
    expect((await engine.diff(imported, imported.inputs)).detailed).toEqual({});
    expect(await engine.diff(imported, without(made.inputs))).toMatchObject({ some: false });
  });

  it("is deleted, once and for all", async () => {
    await engine.remove(made);
    expect(fake.items[of.plural]!.has(made.id)).toBe(false);
    await engine.remove(made);
  });

  it("has neither a property nor a type besides those of its table", async () => {
    const { failures } = await engine.check(of.type, { ...made.inputs, valueSpecs: { a: "b" }, name: 5 });
    expect(failures).toMatchObject({ valueSpecs: "the lab's plugins do not implement this property" });
    expect(failures).toHaveProperty("name");
  });
});

describe("a router's interface", () => {
  const type = `${NET}/routerInterface:RouterInterface`;
  it("has its port's id, reads back, and is imported by it", async () => {
    const made = await engine.create(type, { routerId: "r", subnetId: "s" });
    expect(fake.items.ports!.has(made.id)).toBe(true);
    expect(await engine.refresh(made)).toEqual(made);
    expect((await engine.import(type, made.id))?.inputs).toEqual({ routerId: "r", subnetId: "s" });
    expect((await engine.diff(made, { routerId: "r", subnetId: "t" })).replaces).toEqual(["subnetId"]);
    await engine.remove(made);
    expect(await engine.refresh(made)).toBeUndefined();
  });
});

describe("a floating IP's port", () => {
  it("is seen when it was taken away by hand, and given back in place", async () => {
    const fip = await engine.create(`${NET}/floatingIp:FloatingIp`, { pool: "public" });
    const inputs = { floatingIp: "203.0.113.7", portId: "p" };
    const made = await engine.create(`${NET}/floatingIpAssociate:FloatingIpAssociate`, inputs);
    expect(made.id).toBe(fip.id);
    fake.change("floatingips", fip.id, { port_id: null });
    const now = (await engine.refresh(made))!;
    expect(await engine.diff(now, inputs)).toMatchObject({ detailed: { portId: "updates" }, replaces: [] });
    expect((await engine.update(now, inputs)).state).toEqual(made.state);
  });
});

describe("changes in place", () => {
  it("send a port what has changed, and nothing else", async () => {
    const made = await engine.create(`${NET}/port:Port`, {
      ...PORT,
      name: "dev",
      allowedAddressPairs: [{ ipAddress: "10.200.0.0/24" }],
    });
    fake.change("ports", made.id, { device_id: "server", tags: ["others"] });
    const goal = { ...made.inputs, allowedAddressPairs: [], tags: ["dev"] };
    const now = await engine.update((await engine.refresh(made))!, goal);
    const puts = fake.requests.filter(({ method }) => method === "PUT").map(({ body }) => body);
    expect(puts).toEqual([{ port: { allowed_address_pairs: [] } }, { tags: ["others", "dev"] }]);
    expect(await engine.diff(now, goal)).toMatchObject({ some: false });
  });

  it("resize and rebuild a server under its id", async () => {
    const port = await engine.create(`${NET}/port:Port`, { ...PORT, name: "p" });
    const inputs = {
      name: "dev",
      flavorName: "m1.small",
      imageName: "debian-12",
      networks: [{ port: port.id }],
      userData: "a",
    };
    const made = await engine.create(INSTANCE, inputs);
    const goal = { ...inputs, flavorName: "m1.medium", imageName: "debian-13", name: "dev2" };
    expect((await engine.diff(made, goal)).replaces).toEqual([]);
    const now = await engine.update(made, goal);
    expect(now.state).toMatchObject({
      flavorId: "flavor-2",
      imageId: "image-2",
      name: "dev2",
      userData: made.state.userData,
    });
    expect(await engine.diff(now, goal)).toMatchObject({ some: false });
  });
});

describe("a server", () => {
  const deleted = async (stopBeforeDestroy: boolean, stopsAs = "SHUTOFF") => {
    const { made } = await booted({ stopBeforeDestroy });
    fake.stopsAs = stopsAs;
    fake.requests.length = 0;
    await engine.remove(made);
    expect(fake.items.servers!.has(made.id)).toBe(false);
    const asked = fake.requests.filter(({ method }) => method !== "GET");
    return asked.map(({ method, body }) => (method === "POST" ? Object.keys(body as Props) : method));
  };

  it("is stopped before it is deleted, where that is wanted", async () => {
    expect(await deleted(false)).toEqual(["DELETE"]);
    expect(await deleted(true)).toEqual([["os-stop"], "DELETE"]);
  });

  it("is deleted, too, if it does not stop, which is said", async () => {
    expect(await deleted(true, "ERROR")).toEqual([["os-stop"], "DELETE"]);
    expect(engine.told.join()).toContain("Deleted without being stopped: Instance ");
  });

  it("is only noted to be stopped: no change of it that runs", async () => {
    const { made } = await booted({});
    const goal = { ...made.inputs, stopBeforeDestroy: true };
    expect(await engine.diff(made, goal)).toMatchObject({ some: true, replaces: [] });
    expect((await engine.refresh(await engine.update(made, goal)))!.state).toMatchObject({ stopBeforeDestroy: true });
  });

  it("has metadata of the program's, which changes in place and leaves others' alone", async () => {
    const { made } = await booted({ metadata: { a: "1", b: "2" } });
    expect(made.state).toMatchObject({ metadata: { a: "1", b: "2" }, allMetadata: { a: "1", b: "2" } });
    fake.change("servers", made.id, { metadata: { a: "1", b: "2", others: "3" } });
    const goal = { ...made.inputs, metadata: { a: "1b" } };
    expect(await engine.diff(made, goal)).toMatchObject({ some: true, replaces: [] });
    const now = await engine.update(made, goal);
    expect(now.state).toMatchObject({ metadata: { a: "1b" }, allMetadata: { a: "1b", others: "3" } });
    expect(await engine.diff(now, goal)).toMatchObject({ some: false });
    const none = await engine.update(now, { ...made.inputs, metadata: undefined });
    expect(none.state.allMetadata).toEqual({ others: "3" });
  });

  const booted = async (more: Props = {}) => {
    const port = await engine.create(`${NET}/port:Port`, { ...PORT, name: "p" });
    const inputs = { name: "dev", flavorName: "m1.small", imageName: "debian-12", networks: [{ port: port.id }] };
    return { port, made: await engine.create(INSTANCE, { ...inputs, userData: "a", ...more }) };
  };

  it("is in the group that it is given, for good", async () => {
    const group = await engine.create(SERVER_GROUP, { name: "dev", policies: ["soft-anti-affinity"] });
    const { made } = await booted({ schedulerHints: [{ group: group.id }] });
    expect((await engine.refresh(group))!.state.members).toEqual([made.id]);
    // Nova says nothing of it with the server, so what the state has must outlive a refresh and a change in place.
    const refreshed = (await engine.refresh(made))!;
    const now = await engine.update(refreshed, { ...made.inputs, name: "dev2" });
    expect(now.state.schedulerHints).toEqual([{ group: group.id }]);
    const [other, none] = [{ ...now.inputs, schedulerHints: [{ group: "other" }] }, { ...now.inputs }];
    delete none.schedulerHints;
    for (const goal of [other, none]) expect((await engine.diff(now, goal)).replaces).toEqual(["schedulerHints"]);
    // Soft policies are known from this microversion on.
    const asked = fake.requests.filter(({ path }) => path.startsWith("/os-server-groups"));
    for (const { headers } of asked) expect(headers).toEqual({ "OpenStack-API-Version": "compute 2.15" });
  });

  it("does not boot from a volume, which is said at a preview, and not from nothing", async () => {
    const device = { sourceType: "image", uuid: "image-1", volumeSize: 20, destinationType: "volume", bootIndex: 0 };
    const inputs = { name: "dev", flavorName: "m1.small", networks: [{ port: "p" }] };
    const reasons = async (more: Props) => (await engine.check(INSTANCE, { ...inputs, ...more })).failures;
    expect(await reasons({ blockDevices: [{ ...device, deleteOnTermination: true, volumeType: "ssd" }] })).toEqual({
      blockDevices:
        "the lab has no Cinder, so its servers cannot boot from a volume: take rootVolume out of the configuration",
    });
    // An engine that ignores changes of both asks about a running server like this.
    expect(await reasons({ blockDevices: [] })).toEqual({});
    await expect(engine.create(INSTANCE, inputs)).rejects.toThrow("needs an imageName");
  });

  it("keeps a digest of its user-data, and is replaced by another", async () => {
    const { made } = await booted();
    expect(made.state.userData).toBe("86f7e437faa5a7fce15d1ddcb9eaeaea377667b8");
    expect(await engine.diff(made, { ...made.inputs, userData: "b" })).toMatchObject({
      detailed: { userData: "updates replacing" },
      replaces: ["userData"],
    });
  });

  it("is replaced by another port, also by one that is not known yet", async () => {
    const { made } = await booted();
    const { replaces } = await engine.diff(made, { ...made.inputs, networks: [{ port: UNKNOWN }] });
    expect(replaces).toEqual(["networks[0].port"]);
  });

  it("is in the zone that was asked for with a host", async () => {
    const { made } = await booted({ availabilityZone: "nova:host" });
    fake.change("servers", made.id, { "OS-EXT-AZ:availability_zone": "nova" });
    expect(await engine.diff((await engine.refresh(made))!, made.inputs)).toMatchObject({ some: false });
  });

  it("that fails says why, and stays in the state as it is, so that it can be replaced", async () => {
    fake.nextStatus = "ERROR";
    const failure = (await booted().catch((error: unknown) => error)) as Failure;
    expect(failure.message).toContain("No valid host");
    const [server] = [...fake.items.servers!.values()];
    expect(initFailed(failure)).toMatchObject({
      id: server!.id,
      reasons: [failure.message],
      state: { name: server!.name, powerState: "error" },
    });
  });

  it("that fails and is gone when it is looked for leaves nothing in the state", async () => {
    fake.nextStatus = "ERROR";
    const call = fake.call.bind(fake);
    jest.spyOn(fake, "call").mockImplementation(async (...asked) => {
      const answer = await call(...asked);
      const [, method, path] = asked;
      if (method === "GET" && path.startsWith("/servers/")) fake.items.servers!.clear();
      return answer;
    });
    const failure = (await booted().catch((error: unknown) => error)) as Failure;
    expect(failure.message).toContain("No valid host");
    expect(failure.metadata).toBeUndefined();
  });

  it("in ERROR is read as that, and can be deleted", async () => {
    const { made } = await booted();
    fake.change("servers", made.id, { status: "ERROR" });
    expect((await engine.refresh(made))?.state.powerState).toBe("error");
    await engine.remove(made);
    expect(await engine.refresh(made)).toBeUndefined();
  });
});

describe("getNetwork", () => {
  const token = "openstack:networking/getNetwork:getNetwork";
  it("finds a network by name", async () => {
    expect((await engine.invoke(token, { name: "public", external: true })).result).toMatchObject({ id: "public-id" });
  });
  it("refuses what it does not implement, and says what is missing", async () => {
    expect((await engine.invoke(token, { name: "public", matchingSubnetCidr: "x" })).failures).toHaveProperty(
      "matchingSubnetCidr",
    );
    await expect(engine.invoke(token, { name: "none" })).rejects.toThrow("The cloud has no network none");
    await expect(engine.invoke("openstack:images/getImageIds:getImageIds", {})).rejects.toThrow("does not implement");
  });
});

it("takes one policy for a server group, as Nova does", async () => {
  for (const policies of [[], ["affinity", "anti-affinity"]])
    expect((await engine.check(SERVER_GROUP, { name: "dev", policies })).failures).toEqual({
      policies: "must hold exactly one policy",
    });
});

it("finds an image's id by its name, and says when there is none", async () => {
  const token = "openstack:images/getImage:getImage";
  expect((await engine.invoke(token, { name: "debian-13" })).result).toMatchObject({
    id: "image-2",
    name: "debian-13",
  });
  await expect(engine.invoke(token, { name: "none" })).rejects.toThrow("The cloud has no image none");
  expect((await engine.invoke(token, { name: "debian-13", mostRecent: true })).failures).toHaveProperty("mostRecent");
});

it("refuses a type that it does not implement", async () => {
  await expect(engine.check("openstack:dns/zone:Zone", {})).rejects.toThrow(
    "The lab's plugin openstack does not implement openstack:dns/zone:Zone",
  );
});
