import * as pulumi from "@pulumi/pulumi";
import { placement, Role } from "../../components/machines/placement";
import { allRegistered, failureOf, NO_IMAGE, promiseOf, Recorder, startMocks } from "../mocks";

const role: Role = {
  ...{ count: 3, flavor: "m1.small", image: "debian-12", availabilityZones: ["az1", "az2"], serverGroup: undefined },
  ...{ rootVolume: undefined, extraSecurityGroups: ["monitoring"] },
};
let mocks: Recorder;
beforeEach(async () => {
  mocks = await startMocks();
});
const placed = (more: Partial<Role> = {}, lookUpAfter = Promise.resolve()) =>
  placement("dev-worker", { ...role, ...more }, [0, 2], 10, lookUpAfter, {
    parent: new pulumi.ComponentResource("test:index:Pool", "pool"),
  });

it("gives each server its zone, and all of them one group and the operator's own for their ports", async () => {
  const place = placed();
  await allRegistered();
  const [first, last] = [place(0), place(2)];
  expect(await promiseOf(pulumi.all([first.serverGroupId, last.serverGroupId]))).toEqual([
    "dev-worker-group-0-id",
    "dev-worker-group-0-id",
  ]);
  expect([first, last]).toMatchObject([
    { flavor: "m1.small", image: "debian-12", availabilityZone: "az1", extraSecurityGroups: ["monitoring"] },
    { flavor: "m1.small", image: "debian-12", availabilityZone: "az1", extraSecurityGroups: ["monitoring"] },
  ]);
  expect(place(1).availabilityZone).toBe("az2");
});

it("asks for the image's id where a volume is made of it, and only there", async () => {
  const without = placed();
  const place = placed({ rootVolume: { size: 20 }, serverGroup: "none" });
  await allRegistered();
  expect(without(0).rootVolume).toBeUndefined();
  expect(await promiseOf(pulumi.output(place(2).rootVolume))).toEqual({ size: 20, imageId: "debian-12-id" });
  expect(mocks.calls).toEqual([{ token: "openstack:images/getImage:getImage", inputs: { name: "debian-12" } }]);
});

it("does not ask for it before it may", async () => {
  let go!: () => void;
  const place = placed({ rootVolume: { size: 20 } }, new Promise<void>((resolve) => (go = resolve)));
  await allRegistered();
  expect(mocks.calls).toEqual([]);
  go();
  expect(await promiseOf(pulumi.output(place(0).rootVolume))).toEqual({ size: 20, imageId: "debian-12-id" });
});

it("names the image that is not there", async () => {
  const failure = await failureOf(async () => {
    placed({ image: NO_IMAGE, rootVolume: { size: 20 } });
    await allRegistered();
  });
  expect(failure).toBeInstanceOf(pulumi.RunError);
  expect(String(failure)).toContain(`Image ${NO_IMAGE}, of which rootVolume is to be made, was not found in Glance`);
});
