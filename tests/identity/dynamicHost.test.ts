import { identityOf } from "../../components/identity";
import { DynamicHost } from "../dynamicHost";
import { specOf } from "../fixtures";

let host: DynamicHost;
beforeAll(async () => {
  host = await DynamicHost.start("components/identity/provider.ts", "IdentityProvider");
}, 60_000);
afterAll(() => host?.stop());

it("refuses another number of control-plane servers in Pulumi's own process, and takes the same one", async () => {
  const before = { identity: identityOf(specOf({})) };
  const more = { identity: identityOf(specOf({ controlPlane: { count: 3 } })) };
  expect(await host.check(undefined, before)).toEqual({ inputs: before, reasons: [] });
  expect(await host.check(before, before)).toEqual({ inputs: before, reasons: [] });
  const { reasons } = await host.check(before, more);
  expect(reasons).toEqual([
    expect.stringContaining("hostroute:controlPlane.count is 1 in the running cluster, and the configuration says 3"),
  ]);
});
