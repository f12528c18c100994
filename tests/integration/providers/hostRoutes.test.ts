import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { cloudHost } from "./cloudHost";
import { ask } from "./dynamicHost";

/**
 * The provider as Pulumi runs it: serialised, and loaded by Pulumi's own dynamic-provider process, which the engine talks to
 * over gRPC. The test is the engine.
 */
const { cloud, host } = cloudHost("components/network/hostRoutes/provider.ts", "HostRoutesProvider");

const FOREIGN: [string, string] = ["192.168.7.0/24", "10.106.1.99"];
const route = (n: number) => ({ destination: `10.200.${n}.0/24`, nextHop: `10.106.1.${n + 2}` });
const props = (...nodes: number[]) =>
  host().props({ subnetId: "s1", routes: nodes.map(route), most: 5, kept: [], restored: [] });

it("creates, sees drift, restores, and deletes, each in Pulumi's own process", async () => {
  cloud.set("s1", FOREIGN);

  const create = new proto.CreateRequest();
  create.setProperties(props(0, 1));
  const created = await ask<proto.CreateResponse>((done) => host().engine.create(create, done));
  expect(created.getId()).toBe("s1");
  expect(created.getProperties()?.toJavaScript()).toEqual({
    __provider: expect.any(String) as string,
    subnetId: "s1",
    routes: [route(0), route(1)],
    most: 5,
    kept: [],
    restored: [],
    restoredAt: expect.any(Number) as number,
  });
  expect(cloud.table("s1")).toEqual([FOREIGN, ["10.200.0.0/24", "10.106.1.2"], ["10.200.1.0/24", "10.106.1.3"]]);

  const diff = new proto.DiffRequest();
  diff.setId("s1");
  diff.setOlds(props(0, 1));
  diff.setNews(props(0, 1));
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  expect((await ask<proto.DiffResponse>((done) => host().engine.diff(diff, done))).getChanges()).toBe(DIFF_NONE);
  cloud.set("s1", FOREIGN, ["10.200.1.0/24", "10.106.1.3"]);
  expect((await ask<proto.DiffResponse>((done) => host().engine.diff(diff, done))).getChanges()).toBe(DIFF_SOME);

  const update = new proto.UpdateRequest();
  update.setId("s1");
  update.setOlds(props(0, 1));
  update.setNews(props(0, 1));
  const updated = await ask<proto.UpdateResponse>((done) => host().engine.update(update, done));
  expect(updated.getProperties()?.toJavaScript()).toMatchObject({
    restored: ["10.200.0.0/24 via 10.106.1.2 was missing"],
  });
  expect((await ask<proto.DiffResponse>((done) => host().engine.diff(diff, done))).getChanges()).toBe(DIFF_NONE);

  const remove = new proto.DeleteRequest();
  remove.setId("s1");
  remove.setProperties(props(0, 1));
  await ask((done) => host().engine.delete(remove, done));
  expect(cloud.table("s1")).toEqual([FOREIGN]);
});

it("passes Neutron's refusal on to the engine", async () => {
  cloud.set("s1");
  const create = new proto.CreateRequest();
  create.setProperties(props(0, 1, 2, 3, 4, 5));
  await expect(ask<proto.CreateResponse>((done) => host().engine.create(create, done))).rejects.toThrow(
    "The number of host routes exceeds the limit 5",
  );
});
