import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { cloudHost } from "./cloudHost";
import { ask } from "./dynamicHost";

/** The provider as Pulumi runs it: serialised, and loaded by Pulumi's own dynamic-provider process. The test is the engine. */
const { cloud, host } = cloudHost("components/network/serviceBalancers/provider.ts", "ServiceBalancersProvider");

const properties = (subnetId: string, own = "Kubernetes API of dev") => host().props({ subnetId, own });
const deletion = () => {
  const remove = new proto.DeleteRequest();
  remove.setId("sub");
  remove.setProperties(properties("sub"));
  return ask((done) => host().engine.delete(remove, done));
};

it("is made and compared without asking the cloud: another subnet replaces it, another name does not", async () => {
  const create = new proto.CreateRequest();
  create.setProperties(properties("sub"));
  expect((await ask<proto.CreateResponse>((done) => host().engine.create(create, done))).getId()).toBe("sub");
  const diff = async (news: ReturnType<typeof properties>) => {
    const request = new proto.DiffRequest();
    request.setId("sub");
    request.setOlds(properties("sub"));
    request.setNews(news);
    const found = await ask<proto.DiffResponse>((done) => host().engine.diff(request, done));
    return [found.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME, found.getReplacesList()];
  };
  expect(await diff(properties("sub"))).toEqual([false, []]);
  expect(await diff(properties("sub", "Kubernetes API of prod"))).toEqual([true, []]);
  expect(await diff(properties("another"))).toEqual([true, ["subnetId"]]);
  expect(cloud.requests).toEqual([]);
});

it("deletes what Services have left, and refuses to go on while others have a balancer there", async () => {
  cloud.balancers.set("kube_service_kubernetes_default_web", ["a listener"]);
  cloud.balancers.set("somebodys", []);
  await expect(deletion()).rejects.toThrow("Load balancer somebodys (somebodys) is in the stack's subnet sub");
  expect([...cloud.balancers.keys()]).toEqual(["somebodys"]);
  cloud.balancers.clear();
  await deletion();
});
