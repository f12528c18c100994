import { grownOf, growthOf, IdentitySpec, identityOf, rotationOf, upgradeOf } from "../../../components/identity";
import { Running } from "../../../components/kubernetes/skew";
import { FIRST_OF_ALL } from "../../../components/settings/generations";
import { recoveryText } from "../../../components/settings/recovery";
import { DOCUMENTED_ERA, Raw, specOf } from "../../fixtures";
import { recoveryKeys } from "../../recoveryKeys";
import { DynamicHost } from "./dynamicHost";

let host: DynamicHost;
beforeAll(async () => {
  host = await DynamicHost.start("components/identity/provider.ts", "IdentityProvider");
}, 60_000);
afterAll(() => host?.stop());

/** What is noted of a cluster. */
const noted = (spec: IdentitySpec, release: string, recovery = "") => ({
  identity: identityOf(spec),
  growth: growthOf(spec),
  release,
  recovery,
  keys: FIRST_OF_ALL,
});
/** What decides, and is not noted. */
const deciding = (spec: IdentitySpec, running?: Running) => ({
  upgrade: upgradeOf(spec, running),
  rotation: rotationOf(spec),
});

it("refuses another number of control-plane servers in Pulumi's own process, and takes the same one", async () => {
  const inputs = (raw: Raw) => {
    const spec = specOf({ ...DOCUMENTED_ERA, ...raw });
    return { ...noted(spec, "1.4.12"), ...deciding(spec), runs: false };
  };
  const { upgrade, rotation, runs, ...before } = inputs({});
  const more = inputs({ controlPlane: { count: 3 }, apiEndpoint: { kind: "external", host: "api.example.org" } });
  expect(await host.check(undefined, { ...before, upgrade, rotation, runs })).toEqual({ inputs: before, reasons: [] });
  expect(await host.check(before, { ...before, upgrade, rotation, runs })).toEqual({ inputs: before, reasons: [] });
  const { reasons } = await host.check(before, more);
  expect(reasons).toEqual([
    expect.stringContaining("hostroute:controlPlane.count is 1 in the running cluster, and the configuration says 3"),
  ]);
});

it("refuses a release that is too far from what runs", async () => {
  const running = { apiServers: [{ name: "dev-control-plane-0", version: "v1.34.10" }], complete: true, kubelets: [] };
  const spec = specOf({ controlPlane: { count: 3 }, kubernetesVersion: "1.36.3" });
  const news = { ...noted(spec, "1.36.3"), ...deciding(spec, running), runs: true };
  const { reasons } = await host.check(undefined, news);
  expect(reasons).toEqual([
    expect.stringMatching(
      /^hostroute:kubernetesVersion 1\.36\.3 cannot .* 1\.34\.10 \(dev-control-plane-0\)\..*1\.35\.6 first/s,
    ),
  ]);
});

it("keeps the keys that a stack was made with, and takes no others", async () => {
  const spec = specOf();
  const news = (recovery: string, runs: boolean) => ({
    ...noted(spec, "1.36.3", recovery),
    ...deciding(spec),
    runs,
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
  const before = noted(spec, "1.36.3");
  const news = { ...before, readsPlan: true, ...deciding(spec), runs: true, grown: { ...grownOf(spec) } };
  const { reasons } = await host.check(before, news);
  expect(reasons).toEqual([expect.stringContaining("has 21 workers, of which 1 can have no host route")]);
  expect(await host.check({ ...before, readsPlan: true }, news)).toEqual({
    inputs: { ...before, readsPlan: true },
    reasons: [],
  });
});

it("refuses a step of a rotation that is not the next one", async () => {
  const spec = specOf({ controlPlane: { count: 3 }, workerPools: [] });
  const before = noted(spec, "1.36.3");
  const keys = { ...FIRST_OF_ALL, authorities: { known: [1, 2], used: 2 } };
  const { reasons } = await host.check(before, { ...before, keys, ...deciding(spec), runs: true });
  expect(reasons).toEqual([expect.stringContaining("generation 2 is not known to all nodes yet")]);
});
