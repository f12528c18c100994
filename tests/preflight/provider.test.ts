import { PreflightProvider } from "../../components/preflight/provider";

const provider = new PreflightProvider();

it("refuses for the reason that the program gives, and keeps nothing of it", async () => {
  const failures = [{ property: "", reason: "no room" }];
  expect(await provider.check({}, { reason: "no room" })).toEqual({ inputs: {}, failures });
  expect(await provider.check({}, {})).toEqual({ inputs: {} });
});

it("never changes", async () => {
  expect(await provider.create()).toEqual({ id: "preflight", outs: {} });
  expect(await provider.diff()).toEqual({ changes: false });
});
