import { grownOf, growthOf, identityOf, upgradeOf } from "../../../components/identity";
import { recoveryText } from "../../../components/settings/recovery";
import { DOCUMENTED_ERA, Raw, specOf } from "../../fixtures";
import { recoveryKeys } from "../../recoveryKeys";
import { DynamicHost } from "./dynamicHost";

let host: DynamicHost;
beforeAll(async () => {
  host = await DynamicHost.start("components/identity/provider.ts", "IdentityProvider");
}, 60_000);
afterAll(() => host?.stop());

it("refuses another number of control-plane servers in Pulumi's own process, and takes the same one", async () => {
  const inputs = (raw: Raw) => {
    const spec = specOf({ ...DOCUMENTED_ERA, ...raw });
    const kept = { identity: identityOf(spec), growth: growthOf(spec), release: "1.4.12", recovery: "" };
    return { ...kept, upgrade: upgradeOf(spec), runs: false };
  };
  const { upgrade, runs, ...before } = inputs({});
  const more = inputs({ controlPlane: { count: 3 }, apiEndpoint: { kind: "external", host: "api.example.org" } });
  expect(await host.check(undefined, { ...before, upgrade, runs })).toEqual({ inputs: before, reasons: [] });
  expect(await host.check(before, { ...before, upgrade, runs })).toEqual({ inputs: before, reasons: [] });
  const { reasons } = await host.check(before, more);
  expect(reasons).toEqual([
    expect.stringContaining("hostroute:controlPlane.count is 1 in the running cluster, and the configuration says 3"),
  ]);
});

it("refuses a release that is too far from what runs", async () => {
  const running = { apiServers: [{ name: "dev-control-plane-0", version: "v1.34.10" }], complete: true, kubelets: [] };
  const spec = specOf({ controlPlane: { count: 3 }, kubernetesVersion: "1.36.3" });
  const news = { identity: identityOf(spec), growth: growthOf(spec), release: "1.36.3", recovery: "" };
  const { reasons } = await host.check(undefined, { ...news, upgrade: upgradeOf(spec, running), runs: true });
  expect(reasons).toEqual([
    expect.stringMatching(
      /^hostroute:kubernetesVersion 1\.36\.3 cannot .* 1\.34\.10 \(dev-control-plane-0\)\..*1\.35\.6 first/s,
    ),
  ]);
});

it("keeps the keys that a stack was made with, and takes no others", async () => {
  const spec = specOf();
  const news = (recovery: string, runs: boolean) => ({
    ...{ identity: identityOf(spec), growth: growthOf(spec), release: "1.36.3", recovery },
    ...{ upgrade: upgradeOf(spec), runs },
  });
  const keys = recoveryText(recoveryKeys());
  const { inputs } = await host.check(undefined, news(keys, false));
  expect(inputs).toMatchObject({ recovery: keys });
  expect(await host.check(inputs, news("", true))).toEqual({ inputs, reasons: [] });
  expect(await host.check(inputs, news(keys, true))).toEqual({ inputs, reasons: [] });
  const others = await host.check(inputs, news(recoveryText(recoveryKeys()), true));
  expect(others.reasons).toEqual([
    expect.stringMatching(/^hostroute:recovery is for a new stack, .* which it was given/),
  ]);
  const own = await host.check(undefined, news(keys, true));
  expect(own.reasons).toEqual([expect.stringMatching(/^hostroute:recovery is for a new stack, .* keys of its own/)]);
});

it("refuses more workers than host routes where the running nodes do not read the plan", async () => {
  const spec = specOf({ workerPools: [{ name: "worker", count: 21 }] });
  const before = { identity: identityOf(spec), growth: growthOf(spec), release: "1.36.3", recovery: "" };
  const news = { ...before, readsPlan: true, upgrade: upgradeOf(spec), runs: true, grown: { ...grownOf(spec) } };
  const { reasons } = await host.check(before, news);
  expect(reasons).toEqual([expect.stringContaining("has 21 workers, of which 1 can have no host route")]);
  expect(await host.check({ ...before, readsPlan: true }, news)).toEqual({
    inputs: { ...before, readsPlan: true },
    reasons: [],
  });
});
