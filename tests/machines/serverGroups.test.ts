import * as pulumi from "@pulumi/pulumi";
import { serverGroups } from "../../components/machines/serverGroups";
import { ServerGroupPolicy } from "../../components/settings/serverGroups";
import { allRegistered, promiseOf, Recorder, spyOnOptions, startMocks } from "../mocks";

let mocks: Recorder;
beforeEach(async () => {
  mocks = await startMocks();
});

const group = (number: number, policy: string) => ({
  type: "openstack:compute/serverGroup:ServerGroup",
  name: `dev-worker-group-${number}`,
  inputs: { name: `dev-worker-group-${number}`, policies: [policy] },
});

/** The groups that there are, and the id of each index's. */
async function made(serverGroup: ServerGroupPolicy | undefined, indexes: number[], count = indexes.length) {
  const { opts, seen } = spyOnOptions();
  const parent = new pulumi.ComponentResource("test:index:Pool", "pool", {}, opts);
  const of = serverGroups("dev-worker", { serverGroup, count, most: 3, indexes }, { parent });
  await allRegistered();
  const ids = await promiseOf(pulumi.all(indexes.map((index) => of(index))));
  return { resources: mocks.resources, ids, seen };
}

it.each<[string, ServerGroupPolicy | undefined, number[], number, object[], (number | undefined)[]]>([
  ["none for one server", undefined, [0], 1, [], [undefined]],
  ["none where none is wanted", "none", [0, 1, 2], 3, [], [undefined, undefined, undefined]],
  ["none without servers", undefined, [], 3, [], []],
  ["one, soft, for two", undefined, [0, 1], 2, [group(0, "soft-anti-affinity")], [0, 0]],
  // The last one's group is the same as without the gap.
  [
    "as many as the servers need, by index",
    "soft-anti-affinity",
    [0, 2, 6],
    7,
    [group(0, "soft-anti-affinity"), group(2, "soft-anti-affinity")],
    [0, 0, 2],
  ],
  ["one for all of a strict policy", "anti-affinity", [0, 4, 6], 7, [group(0, "anti-affinity")], [0, 0, 0]],
  ["one for a first server that is to get company", "anti-affinity", [0], 1, [group(0, "anti-affinity")], [0]],
])("are %s", async (_name, serverGroup, indexes, count, resources, numbers) => {
  const found = await made(serverGroup, indexes, count);
  expect(found.resources).toEqual(resources);
  expect(found.ids).toEqual(
    numbers.map((number) => (number === undefined ? undefined : `dev-worker-group-${number}-id`)),
  );
});

it("outlive their successors' creation, so that no server has to go with them", async () => {
  const { seen } = await made(undefined, [0, 1]);
  expect(seen.get("ServerGroup dev-worker-group-0")).not.toHaveProperty("deleteBeforeReplace");
});
