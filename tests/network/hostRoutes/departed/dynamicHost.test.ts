import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { ask, DynamicHost } from "../../../dynamicHost";
import { FakeCloud } from "../../../openstack/fakeCloud";

const cloud = new FakeCloud();
let host: DynamicHost;

beforeAll(async () => {
  host = await DynamicHost.start("components/network/hostRoutes/departed/provider.ts", "DepartedRoutesProvider", {
    "openstack:authUrl": await cloud.start(),
    "openstack:userName": "demo",
    "openstack:password": "secret",
    "openstack:region": "one",
  });
}, 60_000);
afterAll(async () => {
  host?.stop();
  await cloud.stop();
});

it("works in Pulumi's own process", async () => {
  cloud.set("s1", ["10.200.0.0/24", "10.106.1.2"], ["10.200.1.0/24", "10.106.1.3"]);
  const routes = [{ destination: "10.200.0.0/24", nextHop: "10.106.1.2" }];
  const update = new proto.UpdateRequest();
  update.setId("departed-routes");
  update.setOlds(host.props({ subnetId: "s1", routes: [] }));
  update.setNews(host.props({ subnetId: "s1", routes }));
  const updated = await ask<proto.UpdateResponse>((done) => host.engine.update(update, done));
  expect(updated.getProperties()?.toJavaScript()).toMatchObject({ subnetId: "s1", routes });
  expect(cloud.table("s1")).toEqual([["10.200.1.0/24", "10.106.1.3"]]);
});
