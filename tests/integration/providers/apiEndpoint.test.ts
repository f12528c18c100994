import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { cloudHost } from "./cloudHost";
import { ask } from "./dynamicHost";

/** The provider as Pulumi runs it: serialised, and loaded by Pulumi's own dynamic-provider process. The test is the engine. */
const { cloud, host } = cloudHost("components/network/apiEndpoint/cascadeProvider.ts", "CascadeProvider");

const properties = (loadBalancerId: string) => host().props({ loadBalancerId });

it("is made and compared without asking the cloud, and deletes the balancer with what others have put into it", async () => {
  cloud.balancers.set("lb", ["a listener of somebody's"]);
  const create = new proto.CreateRequest();
  create.setProperties(properties("lb"));
  expect((await ask<proto.CreateResponse>((done) => host().engine.create(create, done))).getId()).toBe("lb");

  const diff = new proto.DiffRequest();
  diff.setId("lb");
  diff.setOlds(properties("lb"));
  diff.setNews(properties("another"));
  const found = await ask<proto.DiffResponse>((done) => host().engine.diff(diff, done));
  expect([found.getReplacesList(), found.getDeletebeforereplace()]).toEqual([["loadBalancerId"], true]);
  diff.setNews(properties("lb"));
  const same = await ask<proto.DiffResponse>((done) => host().engine.diff(diff, done));
  expect(same.getChanges()).toBe(proto.DiffResponse.DiffChanges.DIFF_NONE);
  expect(cloud.requests).toEqual([]);

  const remove = new proto.DeleteRequest();
  remove.setId("lb");
  remove.setProperties(properties("lb"));
  await ask((done) => host().engine.delete(remove, done));
  expect([...cloud.balancers.keys()]).toEqual([]);
});
