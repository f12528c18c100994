import { cloudHost } from "./cloudHost";

const inputs = { container: "prod etcd", prefix: "prod/", validityHours: 48, earlyRenewalHours: 12 };
const { cloud, host } = cloudHost("components/backup/store/provider.ts", "StoreProvider");
beforeEach(() => cloud.containers.clear());

it("refuses, in Pulumi's own process, to begin with a snapshot that is not there", async () => {
  cloud.containers.set("prod etcd", { objects: new Map([["prod/a.db", "x"]]) });
  expect((await host().check(undefined, { ...inputs, restoreFrom: "a.db" })).reasons).toEqual([]);
  const { reasons } = await host().check(undefined, { ...inputs, restoreFrom: "b.db" });
  expect(reasons).toEqual([expect.stringMatching(/has no b\.db; nothing was touched\. There are: a\.db\.$/)]);
});

it("does not look again for what it was given before", async () => {
  expect(
    (await host().check({ ...inputs, restoreFrom: "latest" }, { ...inputs, restoreFrom: "latest" })).reasons,
  ).toEqual([]);
});
