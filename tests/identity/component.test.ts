import * as pulumi from "@pulumi/pulumi";
import { ClusterIdentity } from "../../components/identity";
import { Running } from "../../components/kubernetes/skew";
import { specOf } from "../fixtures";
import { allRegistered, startMocks } from "../mocks";

const SPEC = specOf({ kubernetesVersion: "1.36.3", controlPlane: { count: 3 }, workerPools: [] });

/** What the resource was given, and what was said, for what was found out of the running cluster. */
async function made(found: Running | string | undefined) {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const mocks = await startMocks();
  new ClusterIdentity("dev", SPEC, Promise.resolve(found));
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

it("says how many workers have no host route, where there are any", async () => {
  expect((await made(undefined)).inputs).not.toHaveProperty("grown");
  const spec = specOf({ workerPools: [{ name: "worker", count: 22 }] });
  const mocks = await startMocks();
  new ClusterIdentity("dev", spec, Promise.resolve(undefined));
  await allRegistered();
  expect(mocks.resources[0]!.inputs).toMatchObject({ readsPlan: true, grown: { hostRoutes: 20, beyond: 2 } });
});
