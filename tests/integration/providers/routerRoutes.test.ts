import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { cloudHost } from "./cloudHost";
import { ask } from "./dynamicHost";

/** The provider as Pulumi runs it: serialised, and loaded by Pulumi's own dynamic-provider process. The test is the engine. */
const { cloud, host } = cloudHost("components/network/routerRoutes/provider.ts", "RouterRoutesProvider");

const FOREIGN: [string, string] = ["192.168.7.0/24", "10.106.1.99"];
const LATER: [string, string] = ["192.168.8.0/24", "10.106.1.98"];
const route = (n: number) => ({ destination: `10.200.${n}.0/24`, nextHop: `10.106.1.${n + 2}` });
const entry = (n: number): [string, string] => [route(n).destination, route(n).nextHop];
const inputs = (...nodes: number[]) => ({ routerId: "r1", routes: nodes.map(route) });
const props = (...nodes: number[]) => host().props({ ...inputs(...nodes), kept: [], restored: [] });

it("adds, sees drift, restores, and removes, each in Pulumi's own process and beside others' routes", async () => {
  cloud.routers.set("r1", FOREIGN);

  const create = new proto.CreateRequest();
  create.setProperties(props(0, 1));
  // Somebody else is quicker than its change.
  cloud.routers.beforeChange = () => void cloud.routers.set("r1", FOREIGN, LATER);
  const created = await ask<proto.CreateResponse>((done) => host().engine.create(create, done));
  cloud.routers.beforeChange = () => undefined;
  expect(created.getId()).toBe("r1");
  expect(created.getProperties()?.toJavaScript()).toEqual({
    __provider: expect.any(String) as string,
    ...inputs(0, 1),
    kept: [],
    restored: [],
    restoredAt: expect.any(Number) as number,
  });
  expect(cloud.routers.table("r1")).toEqual([FOREIGN, LATER, entry(0), entry(1)]);

  const diff = new proto.DiffRequest();
  diff.setId("r1");
  diff.setOlds(props(0, 1));
  diff.setNews(props(0, 1));
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const changes = async () => (await ask<proto.DiffResponse>((done) => host().engine.diff(diff, done))).getChanges();
  expect(await changes()).toBe(DIFF_NONE);
  cloud.routers.set("r1", FOREIGN, entry(1));
  expect(await changes()).toBe(DIFF_SOME);

  const update = new proto.UpdateRequest();
  update.setId("r1");
  update.setOlds(props(0, 1));
  update.setNews(props(1, 2));
  const updated = await ask<proto.UpdateResponse>((done) => host().engine.update(update, done));
  expect(updated.getProperties()?.toJavaScript()).toMatchObject({
    kept: [],
    restored: ["10.200.0.0/24 via 10.106.1.2 was missing"],
  });
  expect(cloud.routers.table("r1")).toEqual([FOREIGN, entry(1), entry(2)]);

  const remove = new proto.DeleteRequest();
  remove.setId("r1");
  remove.setProperties(props(1, 2));
  await ask((done) => host().engine.delete(remove, done));
  expect(cloud.routers.table("r1")).toEqual([FOREIGN]);
});

it("refuses at a preview what somebody else's route stands against", async () => {
  cloud.routers.set("r1", ["10.200.0.0/24", "10.106.1.77"]);
  const { reasons } = await host().check(undefined, inputs(0));
  expect(reasons).toEqual([expect.stringContaining("Router r1 already routes 10.200.0.0/24 via 10.106.1.77")]);
  expect((await host().check(undefined, inputs(1))).reasons).toEqual([]);
});

it("passes Neutron's refusal on to the engine, at once", async () => {
  cloud.routers.set("r1");
  const create = new proto.CreateRequest();
  create.setProperties(props(0, 1, 2, 3, 4, 5));
  await expect(ask<proto.CreateResponse>((done) => host().engine.create(create, done))).rejects.toThrow(
    "Quota exceeded for resources: ['router_route']",
  );
}, 20_000);
