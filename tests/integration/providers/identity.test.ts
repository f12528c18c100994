import { grownOf, growthOf, identityOf, upgradeOf } from "../../../components/identity";
import { DOCUMENTED_ERA, Raw, specOf } from "../../fixtures";
import { DynamicHost } from "./dynamicHost";

let host: DynamicHost;
beforeAll(async () => {
  host = await DynamicHost.start("components/identity/provider.ts", "IdentityProvider");
}, 60_000);
afterAll(() => host?.stop());

it("refuses another number of control-plane servers in Pulumi's own process, and takes the same one", async () => {
  const inputs = (raw: Raw) => {
    const spec = specOf({ ...DOCUMENTED_ERA, ...raw });
    const kept = { identity: identityOf(spec), growth: growthOf(spec), release: "1.4.12" };
    return { ...kept, upgrade: upgradeOf(spec) };
  };
  const { upgrade, ...before } = inputs({});
  const more = inputs({ controlPlane: { count: 3 }, apiEndpoint: { kind: "external", host: "api.example.org" } });
  expect(await host.check(undefined, { ...before, upgrade })).toEqual({ inputs: before, reasons: [] });
  expect(await host.check(before, { ...before, upgrade })).toEqual({ inputs: before, reasons: [] });
  const { reasons } = await host.check(before, more);
  expect(reasons).toEqual([
    expect.stringContaining("hostroute:controlPlane.count is 1 in the running cluster, and the configuration says 3"),
  ]);
});

it("refuses a release that is too far from what runs", async () => {
  const running = { apiServers: [{ name: "dev-control-plane-0", version: "v1.34.10" }], complete: true, kubelets: [] };
  const spec = specOf({ controlPlane: { count: 3 }, kubernetesVersion: "1.36.3" });
  const news = { identity: identityOf(spec), growth: growthOf(spec), release: "1.36.3" };
  const { reasons } = await host.check(undefined, { ...news, upgrade: upgradeOf(spec, running) });
  expect(reasons).toEqual([
    expect.stringMatching(
      /^hostroute:kubernetesVersion 1\.36\.3 cannot .* 1\.34\.10 \(dev-control-plane-0\)\..*1\.35\.6 first/s,
    ),
  ]);
});

it("refuses more workers than host routes where the running nodes do not read the plan", async () => {
  const spec = specOf({ workerPools: [{ name: "worker", count: 21 }] });
  const before = { identity: identityOf(spec), growth: growthOf(spec), release: "1.36.3" };
  const news = { ...before, readsPlan: true, upgrade: upgradeOf(spec), grown: { ...grownOf(spec) } };
  const { reasons } = await host.check(before, news);
  expect(reasons).toEqual([expect.stringContaining("has 21 workers, of which 1 can have no host route")]);
  expect(await host.check({ ...before, readsPlan: true }, news)).toEqual({
    inputs: { ...before, readsPlan: true },
    reasons: [],
  });
});
