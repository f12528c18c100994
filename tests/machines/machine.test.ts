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

it.each<[string, Partial<MachineArgs>, string[], string]>([
  [
    "is kept whatever changes",
    {},
    ["userData", "schedulerHints", "blockDevices", "imageName", "keyPair", "availabilityZone"],
    sha256("[]"),
  ],
  [
    "is replaced when it has failed, though it is kept otherwise",
    { failed: "a server" },
    ["userData", "schedulerHints", "blockDevices", "imageName", "keyPair", "availabilityZone"],
    sha256('["a server"]'),
  ],
  [
    "is replaced when what it must fit changes, and not for the rest of its user-data",
    { replacedBy: pulumi.secret("abc") },
    ["userData", "schedulerHints", "blockDevices"],
    sha256('["debian-12","abc"]'),
  ],
  [
    "is replaced for another volume, and not for another id of its image",
    { replacedBy: pulumi.secret("abc"), rootVolume: { size: 20, type: "ssd", imageId: "any" } },
    ["userData", "schedulerHints", "blockDevices"],
    sha256(JSON.stringify([JSON.stringify({ image: "debian-12", size: 20, type: "ssd" }), "abc"])),
  ],
  [
    "is kept whatever becomes of its volume",
    { rootVolume: { size: 20, imageId: "any" } },
    ["userData", "schedulerHints", "blockDevices", "imageName", "keyPair", "availabilityZone"],
    sha256("[]"),
  ],
  [
    "is replaced when it has failed",
    { replacedBy: pulumi.secret("abc"), failed: pulumi.output("a server") },
    ["userData", "schedulerHints", "blockDevices"],
    sha256('["debian-12","abc","a server"]'),
  ],
])("%s, and boots after what it needs", async (_name, more, ignoreChanges, trigger) => {
  const { opts, seen } = spyOnOptions();
  const routes = new pulumi.ComponentResource("test:index:Routes", "routes");
  new Machine("dev-worker-0", { ...args, after: [routes], ...more }, opts);
  await allRegistered();
  const options = seen.get("Instance dev-worker-0");
  expect(options).toMatchObject({ dependsOn: [routes], ignoreChanges });
  const actual = pulumi.output(options?.replacementTrigger);
  expect(await promiseOf(actual)).toBe(trigger);
  // The engine does not notice when a secret one changes.
  expect(await pulumi.isSecret(actual)).toBe(false);
});
