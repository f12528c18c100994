import { IdentityProvider } from "../../components/identity/provider";

const provider = new IdentityProvider();
const growth = { membersJoin: false, acceptSingleMember: false };
const inputs = (count: number) => ({ identity: { "controlPlane.count": count, clusterCidr: "10.200.0.0/16" }, growth });

it("takes whatever a new cluster is made with, and remembers it", async () => {
  expect(await provider.check({}, inputs(3))).toEqual({ inputs: inputs(3) });
  expect(await provider.create(inputs(3))).toEqual({ id: "identity", outs: inputs(3) });
});

it("refuses what a running one cannot take over", async () => {
  expect(await provider.check(inputs(1), inputs(1))).toEqual({ inputs: inputs(1) });
  const { failures } = await provider.check(inputs(1), inputs(3));
  expect(failures).toEqual([{ property: "", reason: expect.stringContaining("controlPlane.count is 1") as string }]);
});

it("is never replaced: what else is remembered is an update in place", async () => {
  const fewer = { identity: { clusterCidr: "10.200.0.0/16" }, growth };
  expect(await provider.diff("identity", inputs(1), inputs(1))).toEqual({ changes: false });
  expect(await provider.diff("identity", fewer, inputs(1))).toEqual({ changes: true });
  expect(await provider.update("identity", fewer, inputs(1))).toEqual({ outs: inputs(1) });
});
