import * as pulumi from "@pulumi/pulumi";
import { ClusterIdentity } from "../../components/identity";
import { Running } from "../../components/kubernetes/skew";
import { recoveryText } from "../../components/settings/recovery";
import { specOf } from "../fixtures";
import { allRegistered, promiseOf, startMocks } from "../mocks";
import { recoveryKeys } from "../recoveryKeys";

const SPEC = specOf({ kubernetesVersion: "1.36.3", controlPlane: { count: 3 }, workerPools: [] });

/** What the resource was given, and what was said, for what was found out of the running cluster. */
async function made(found: Running | string | undefined) {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const mocks = await startMocks();
  new ClusterIdentity("dev", SPEC, Promise.resolve(found), Promise.resolve(undefined));
  await allRegistered();
  const said = warn.mock.calls.map(([message]) => message);
  warn.mockRestore();
  return { inputs: mocks.resources[0]!.inputs, said };
}

it("has what runs compared with the release that is wanted", async () => {
  const running = { apiServers: [{ name: "a", version: "v1.35.6" }], complete: true, kubelets: [] };
  const { inputs, said } = await made(running);
  expect(inputs).toMatchObject({ release: "1.36.3", upgrade: { running } });
  expect(said).toEqual([]);
});

it("says nothing of a cluster that does not run yet", async () => {
  const { inputs, said } = await made(undefined);
  expect(inputs.upgrade).not.toHaveProperty("running");
  expect(said).toEqual([]);
});

it("says that only the state counts where the cluster did not answer, and why it did not", async () => {
  const { inputs, said } = await made("connection refused");
  expect(inputs.upgrade).not.toHaveProperty("running");
  expect(said).toEqual([
    "The running cluster could not be asked which releases it runs: connection refused\n" +
      "hostroute:kubernetesVersion 1.36.3 was only compared with what the last update noted.",
  ]);
});

it("hands over given keys as a secret, in one form, and has them for the program; without any it says so", async () => {
  const keys = recoveryKeys();
  const spaced = JSON.stringify(JSON.parse(recoveryText(keys)), undefined, 2);
  for (const [recovery, text, given] of [
    [spaced, recoveryText(keys), keys],
    [undefined, "", undefined],
  ] as const) {
    const mocks = await startMocks();
    const identity = new ClusterIdentity(
      "dev",
      specOf(recovery === undefined ? {} : { recovery }),
      Promise.resolve(undefined),
      Promise.resolve(undefined),
    );
    const found = await promiseOf(identity.given);
    expect(mocks.resources[0]!.inputs).toMatchObject({ recovery: { secret: text }, runs: false });
    if (given) expect(found).toMatchObject(given);
    else expect(found).toBeUndefined();
    expect(await pulumi.isSecret(identity.given)).toBe(true);
  }
});

it("says that the stack runs as soon as an update has ended well, whether the cluster answers or not", async () => {
  expect((await made("connection refused")).inputs).toMatchObject({ runs: true });
  expect((await made({ apiServers: [], complete: true, kubelets: [] })).inputs).toMatchObject({ runs: true });
});

it("says how many workers have no host route, where there are any", async () => {
  expect((await made(undefined)).inputs).not.toHaveProperty("grown");
  const spec = specOf({ workerPools: [{ name: "worker", count: 22 }] });
  const mocks = await startMocks();
  new ClusterIdentity("dev", spec, Promise.resolve(undefined), Promise.resolve(undefined));
  await allRegistered();
  expect(mocks.resources[0]!.inputs).toMatchObject({ readsPlan: true, grown: { hostRoutes: 20, beyond: 2 } });
});
