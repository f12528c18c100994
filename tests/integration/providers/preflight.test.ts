import { DynamicHost } from "./dynamicHost";

let host: DynamicHost;
beforeAll(async () => {
  host = await DynamicHost.start("components/preflight/provider.ts", "PreflightProvider");
}, 60_000);
afterAll(() => host?.stop());

it("refuses in Pulumi's own process for the reason that the program gives, and keeps nothing", async () => {
  expect(await host.check(undefined, { reason: "no room" })).toEqual({ inputs: {}, reasons: ["no room"] });
  expect(await host.check({}, {})).toEqual({ inputs: {}, reasons: [] });
});
