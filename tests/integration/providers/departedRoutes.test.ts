import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { cloudHost } from "./cloudHost";
import { ask } from "./dynamicHost";

const { cloud, host } = cloudHost("components/network/hostRoutes/departed/provider.ts", "DepartedRoutesProvider");

it("works in Pulumi's own process", async () => {
  cloud.set("s1", ["10.200.0.0/24", "10.106.1.2"], ["10.200.1.0/24", "10.106.1.3"]);
  const routes = [{ destination: "10.200.0.0/24", nextHop: "10.106.1.2" }];
  const update = new proto.UpdateRequest();
  update.setId("departed-routes");
  update.setOlds(host().props({ subnetId: "s1", routes: [] }));
  update.setNews(host().props({ subnetId: "s1", routes }));
  const updated = await ask<proto.UpdateResponse>((done) => host().engine.update(update, done));
  expect(updated.getProperties()?.toJavaScript()).toMatchObject({ subnetId: "s1", routes });
  expect(cloud.table("s1")).toEqual([["10.200.1.0/24", "10.106.1.3"]]);
});

it("and on a router", async () => {
  cloud.routers.set("r1", ["10.200.0.0/24", "10.106.1.2"], ["10.200.1.0/24", "10.106.1.3"]);
  const routes = [{ destination: "10.200.0.0/24", nextHop: "10.106.1.2" }];
  const create = new proto.CreateRequest();
  create.setProperties(host().props({ routerId: "r1", routes }));
  const created = await ask<proto.CreateResponse>((done) => host().engine.create(create, done));
  expect(created.getProperties()?.toJavaScript()).toMatchObject({ routerId: "r1", routes });
  expect(cloud.routers.table("r1")).toEqual([["10.200.1.0/24", "10.106.1.3"]]);
});
