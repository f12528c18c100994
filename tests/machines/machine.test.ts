import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { packed } from "../../components/cloudinit/packed";
import { Machine, MachineArgs } from "../../components/machines/machine";
import { allRegistered, promiseOf, Recorder, sorted, spyOnOptions, startMocks } from "../mocks";

const args: MachineArgs = {
  networkId: "n",
  subnetId: "s",
  securityGroupId: "g",
  address: "10.106.1.2",
  flavor: "m1.small",
  image: "debian-12",
  userData: "#cloud-config\n",
  replacedBy: pulumi.secret("abc"),
  replaced: "by-trigger",
  failed: "",
  tags: ["dev", "worker"],
  after: [],
};
const PORT = {
  type: "openstack:networking/port:Port",
  name: "dev-worker-0",
  inputs: {
    name: "dev-worker-0",
    networkId: "n",
    adminStateUp: true,
    fixedIps: [{ subnetId: "s", ipAddress: "10.106.1.2" }],
    securityGroupIds: ["g"],
    portSecurityEnabled: true,
    allowedAddressPairs: [],
    tags: ["dev", "worker"],
  },
};
const INSTANCE = {
  type: "openstack:compute/instance:Instance",
  name: "dev-worker-0",
  inputs: {
    name: "dev-worker-0",
    flavorName: "m1.small",
    imageName: "debian-12",
    networks: [{ port: "dev-worker-0-id" }],
    userData: packed("#cloud-config\n"),
    tags: ["dev", "worker"],
  },
};

let mocks: Recorder;
beforeEach(async () => {
  mocks = await startMocks();
});

it("is a port with its fixed address and a server on it, replaced old before new", async () => {
  const { opts, seen } = spyOnOptions();
  const machine = new Machine("dev-worker-0", args, opts);
  await allRegistered();
  expect(sorted(mocks.resources)).toEqual(sorted([PORT, INSTANCE]));
  expect([await promiseOf(machine.portId), await promiseOf(machine.instanceId)]).toEqual([
    "dev-worker-0-id",
    "dev-worker-0-id",
  ]);
  for (const each of ["Port", "Instance"]) {
    expect(seen.get(`${each} dev-worker-0`)).toMatchObject({ deleteBeforeReplace: true, parent: machine });
  }
});

it("may send from its podCIDR, and has its zone, groups and key, where given", async () => {
  const own = { podCidr: "10.200.0.0/24", availabilityZone: "az1", keyPair: "dev", serverGroupId: "group-id" };
  new Machine("dev-worker-0", { ...args, ...own, extraSecurityGroups: ["g2", "g1"] });
  await allRegistered();
  expect(sorted(mocks.resources)).toEqual(
    sorted([
      {
        ...PORT,
        inputs: {
          ...PORT.inputs,
          allowedAddressPairs: [{ ipAddress: "10.200.0.0/24" }],
          securityGroupIds: ["g", "g2", "g1"],
        },
      },
      {
        ...INSTANCE,
        inputs: {
          ...INSTANCE.inputs,
          ...{ availabilityZone: "az1", keyPair: "dev", schedulerHints: [{ group: "group-id" }] },
        },
      },
    ]),
  );
});

it("has a volume of its own as its disk, which goes with it, where one is asked for", async () => {
  const volume = { size: 20, imageId: pulumi.output("image-id") };
  new Machine("dev-worker-0", { ...args, rootVolume: volume });
  new Machine("dev-worker-1", { ...args, rootVolume: { ...volume, type: "ssd" } });
  await allRegistered();
  const inputs: Record<string, unknown> = { ...INSTANCE.inputs };
  delete inputs.imageName;
  const servers = mocks.resources.filter(({ type }) => type === INSTANCE.type);
  const device = {
    ...{ sourceType: "image", uuid: "image-id", destinationType: "volume", bootIndex: 0 },
    ...{ volumeSize: 20, deleteOnTermination: true },
  };
  expect(sorted(servers).map((server) => server.inputs)).toEqual([
    { ...inputs, blockDevices: [device] },
    {
      ...inputs,
      ...{ name: "dev-worker-1", networks: [{ port: "dev-worker-1-id" }] },
      blockDevices: [{ ...device, volumeType: "ssd" }],
    },
  ]);
});

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A worker's: the provider sees to its image by name, key pair and zone. */
const NOT_IN_PLACE = ["userData", "schedulerHints", "blockDevices"];

it.each<[string, Partial<MachineArgs>, string]>([
  [
    "is replaced when what it must fit changes, and not for the rest of its user-data",
    {},
    sha256('["debian-12","abc"]'),
  ],
  [
    "is replaced for another volume, and not for another id of its image",
    { rootVolume: { size: 20, type: "ssd", imageId: "any" } },
    sha256(JSON.stringify([JSON.stringify({ image: "debian-12", size: 20, type: "ssd" }), "abc"])),
  ],
  ["is replaced when it has failed", { failed: pulumi.output("a server") }, sha256('["debian-12","abc","a server"]')],
])("%s, and boots after what it needs", async (_name, more, trigger) => {
  const { opts, seen } = spyOnOptions();
  const routes = new pulumi.ComponentResource("test:index:Routes", "routes");
  new Machine("dev-worker-0", { ...args, after: [routes], ...more }, opts);
  await allRegistered();
  const options = seen.get("Instance dev-worker-0");
  expect(options).toMatchObject({ dependsOn: [routes], ignoreChanges: NOT_IN_PLACE, replaceOnChanges: [] });
  const actual = pulumi.output(options?.replacementTrigger);
  expect(await promiseOf(actual)).toBe(trigger);
  // The engine does not notice when a secret one changes.
  expect(await pulumi.isSecret(actual)).toBe(false);
});

describe("of a control plane", () => {
  const server = async (more: Partial<MachineArgs>) => {
    mocks = await startMocks();
    const { opts, seen } = spyOnOptions();
    new Machine("dev-control-plane-0", { ...args, ...more }, opts);
    await allRegistered();
    const options = seen.get("Instance dev-control-plane-0")!;
    const { metadata, stopBeforeDestroy } = mocks.resources.find(({ type }) => type === INSTANCE.type)!.inputs;
    return {
      stopBeforeDestroy,
      // Not a secret: an operator may see it in a preview, and in Nova.
      made: (metadata as { "hostroute-made-with": string } | undefined)?.["hostroute-made-with"],
      trigger: await promiseOf(pulumi.output(options.replacementTrigger as pulumi.Output<string>)),
      ignored: (options.ignoreChanges ?? []).filter((each) => !NOT_IN_PLACE.includes(each)),
      replacing: options.replaceOnChanges,
    };
  };
  const BY_MADE = ["imageName", "keyPair", "availabilityZone"];

  it("is replaced, one of several, for whatever it was not made with", async () => {
    const { made, ignored, replacing } = await server({ replaced: "by-property" });
    expect([ignored, replacing]).toEqual([BY_MADE, ["metadata"]]);
    const volume = { size: 20, imageId: "any" };
    const others: Partial<MachineArgs>[] = [
      ...[{ image: "debian-13" }, { rootVolume: volume }, { rootVolume: { ...volume, size: 21 } }],
      ...[{ keyPair: "dev-1" }, { availabilityZone: "az1" }, { replacedBy: "abd" }],
    ];
    const digests = new Set([made]);
    for (const more of others) digests.add((await server({ replaced: "by-property", ...more })).made);
    expect(digests.size).toBe(others.length + 1);
    for (const same of [{ userData: "#cloud-config\nother" }, { rootVolume: undefined }, { serverGroupId: "g" }])
      expect((await server({ replaced: "by-property", ...same })).made).toBe(made);
    expect(made).toMatch(/^[0-9a-f]{64}$/);
  });

  it("goes only once it has handed over what it holds, if there is another one", async () => {
    expect((await server({ replaced: "by-property" })).stopBeforeDestroy).toBe(true);
    for (const replaced of ["never", "by-trigger"] as const)
      expect((await server({ replaced })).stopBeforeDestroy).toBeUndefined();
  });

  it("is kept, alone, whatever changes: the engine ignores that", async () => {
    const { ignored, replacing, made } = await server({ replaced: "never" });
    expect([ignored, replacing]).toEqual([[...BY_MADE, "metadata"], []]);
    // It bears the same as one of several, so it can become one.
    expect(made).toBe((await server({ replaced: "by-property" })).made);
  });

  it.each(["never", "by-property"] as const)("is replaced when it has failed, as before: %s", async (replaced) => {
    expect((await server({ replaced, replacedBy: "other" })).trigger).toBe(sha256("[]"));
    expect((await server({ replaced, failed: "a server" })).trigger).toBe(sha256('["a server"]'));
  });
});
