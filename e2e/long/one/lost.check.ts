import { progress } from "../../../lab/shell";
import { controlPlane, loseServer, serverIds } from "../../support/cloud";
import { kubectl } from "../../support/kube";
import { marked, podCidrs, pods, snapshotNow, snapshots } from "../../support/snapshots";
import { Config, operate, refused, verify } from "../../support/stack";

/** What the hand-over before has left: no release goes back. */
const RELEASE = "1.36.3";
const restored = (config: Config) => {
  config["hostroute:kubernetesVersion"] = RELEASE;
  snapshots("latest")(config);
};

test("an only server that is lost with its disk: another begins with the last snapshot, and the workers' pods run on", async () => {
  const isThere = await marked("lost");
  progress(await snapshotNow(controlPlane().instanceId));
  const [podsBefore, cidrs, servers] = [await pods(), await podCidrs(), await serverIds()];
  const said = await refused("up", { changes: restored });
  expect(said).toMatch(/is the only control-plane server .* nothing was touched\.\n.*openstack server delete/);
  // Nor was it asked to hand its data over, for the image that is another one than its own.
  expect(await serverIds()).toEqual(servers);
  expect(await kubectl(["get", "--raw=/readyz"])).toBe("ok");

  await loseServer(controlPlane().instanceId);
  await expect(kubectl(["get", "nodes", "--request-timeout=20s"])).rejects.toThrow();
  const began = Date.now();
  await operate("up", { changes: restored, timeout: 1_800_000 });
  progress(`an only server from a snapshot in ${Math.round((Date.now() - began) / 1000)} s`);

  expect(await isThere()).toEqual([true, true, true]);
  expect([await podCidrs(), await pods()]).toEqual([cidrs, podsBefore]);
  const replaced = [...(await serverIds())].flatMap(([name, id]) => (servers.get(name) === id ? [] : [name]));
  expect(replaced).toEqual([controlPlane().name]);
  expect(await verify()).toContain("agree");
}, 2_000_000);
