import { createHash } from "node:crypto";
import { PublishedRoutes, publishedRoutes } from "../../components/objects/publishedRoutes";
import { specOf } from "../fixtures";
import { allRegistered, startMocks } from "../mocks";

const routes = [
  { destination: "10.200.0.0/24", nextHop: "10.106.1.2", node: "dev-worker-0" },
  { destination: "10.200.7.0/24", nextHop: "10.106.1.9", node: "dev-worker-7" },
];
const TEXT = "10.200.0.0/24 via 10.106.1.2\n10.200.7.0/24 via 10.106.1.9\n";

it("is two public ConfigMaps that say the same when an update has ended", async () => {
  const mocks = await startMocks();
  new PublishedRoutes("dev", { tier: "nodes", routes, settled: [] }, {});
  await allRegistered();
  const sha256 = createHash("sha256").update(`nodes\n${TEXT}`).digest("hex");
  expect(mocks.resources).toEqual(
    ["routes", "routes-settled"].map((what) => ({
      type: "kubernetes:core/v1:ConfigMap",
      name: `dev-${what}`,
      inputs: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `hostroute-${what}`, namespace: "kube-public" },
        data: { tier: "nodes", routes: TEXT, sha256 },
      },
    })),
  );
});

it("is one plan without workers, too", () => {
  expect(publishedRoutes("subnet", []).routes).toBe("");
});

it.each([
  [1_000, 40_000],
  [25_000, 1_048_576],
])("has room for %i workers' routes in one object, in %i bytes", (count, most) => {
  const { plan } = specOf({
    clusterCidr: "10.0.0.0/9",
    serviceCidr: "172.23.32.0/24",
    workerPools: [{ name: "worker", count }],
    network: { cidr: "10.128.0.0/16" },
  });
  expect(plan.routes).toHaveLength(count);
  const longest = plan.routes.map((route) => ({
    ...route,
    destination: "255.255.255.255/30",
    nextHop: "255.255.255.255",
  }));
  for (const each of [plan.routes, longest]) {
    const bytes = Object.values(publishedRoutes("subnet", each)).join("").length;
    expect(bytes).toBeLessThan(each === longest ? 1_048_576 : most);
  }
});
