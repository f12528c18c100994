import { progress, waitFor } from "../../../lab/shell";
import { controlPlane, outputs } from "../../support/cloud";
import { kubectl } from "../../support/kube";
import { marked, podCidrs, snapshotNow, snapshots } from "../../support/snapshots";
import { Config, lastChanges, nothing, operate, refused } from "../../support/stack";

const RELEASE = "1.36.3";
const configured = (restoreFrom?: string) => (config: Config) => {
  config["hostroute:kubernetesVersion"] = RELEASE;
  snapshots(restoreFrom)(config);
};

test("a whole stack is destroyed, and a new one begins with its snapshot and its keys", async () => {
  const isThere = await marked("kept");
  await kubectl(["create", "deployment", "kept", "--image=172.24.4.1:8080/tools:1"]);
  await kubectl(["wait", "--for=condition=Available", "deployment/kept", "--timeout=120s"]);
  const [cidrs, { recovery }] = [await podCidrs(), outputs()];
  progress(await snapshotNow(controlPlane().instanceId));
  await operate("destroy", { changes: configured() });

  const secrets = { "hostroute:recovery": recovery };
  const said = await refused("up", { changes: configured("another.db"), secrets });
  expect(said).toMatch(/restoreFrom: e2e-snapshots\/one\/ has no another\.db; nothing was touched/);
  const began = Date.now();
  await operate("up", { changes: configured("latest"), secrets, timeout: 1_800_000 });
  progress(`a new stack from a snapshot in ${Math.round((Date.now() - began) / 1000)} s`);

  expect(await isThere()).toEqual([true, true, true]);
  expect(await podCidrs()).toBe(cidrs);
  // By its pod, and not by what the snapshot says of it.
  const pod = () => kubectl(["exec", "deployment/kept", "--", "/bin/podtool", "get", "http://127.0.0.1:8080/"]);
  expect(await waitFor("the Deployment's pod", pod, 120_000, 2_000)).toMatch(/^kept-/);
  await operate("up", { changes: configured() });
  expect(lastChanges()).toMatchObject({ ...nothing, updated: expect.any(Array) as string[] });
}, 3_000_000);
