import { growthOf, identityOf } from "../../components/identity";
import { DynamicHost } from "../dynamicHost";
import { DOCUMENTED_ERA, Raw, specOf } from "../fixtures";

let host: DynamicHost;
beforeAll(async () => {
  host = await DynamicHost.start("components/identity/provider.ts", "IdentityProvider");
}, 60_000);
afterAll(() => host?.stop());

it("refuses another number of control-plane servers in Pulumi's own process, and takes the same one", async () => {
  const inputs = (raw: Raw) => {
    const spec = specOf({ ...DOCUMENTED_ERA, ...raw });
    return { identity: identityOf(spec), growth: growthOf(spec) };
  };
  const before = inputs({});
  const more = inputs({ controlPlane: { count: 3 }, apiEndpoint: { kind: "external", host: "api.example.org" } });
  expect(await host.check(undefined, before)).toEqual({ inputs: before, reasons: [] });
  expect(await host.check(before, before)).toEqual({ inputs: before, reasons: [] });
  const { reasons } = await host.check(before, more);
  expect(reasons).toEqual([
    expect.stringContaining("hostroute:controlPlane.count is 1 in the running cluster, and the configuration says 3"),
  ]);
});
