import { kubectlOf } from "../../../cli/kubectl";
import { inGuest } from "../../../lab/guest";
import { progress, waitFor } from "../../../lab/shell";
import { outputs, serverIds, workers } from "../../support/cloud";
import { kubectl, pinging } from "../../support/kube";
import { Config, lastChanges, nothing, operate, refused, verify } from "../../support/stack";
import { whileWriting } from "../../support/writer";

/** What the upgrade and the rotation before have left: neither goes back. */
const RELEASE = "1.36.3";
const BEFORE = { known: [2], used: 2 };
/** How long a client that writes and reads ten times a second may be without an answer, in seconds. */
const LONGEST_GAP = 10;

const rotated = (known: number[], used: number) => (config: Config) => {
  config["hostroute:kubernetesVersion"] = RELEASE;
  config["hostroute:keys"] = { authorities: { known, used }, serviceAccount: BEFORE, encryption: BEFORE };
};
const ready = async () => (await kubectl(["get", "nodes", "--no-headers"])).match(/ Ready /g)?.length;
/** How many authorities each node trusts, by its file. */
const trusted = () =>
  Promise.all(
    outputs().nodes.map(async ({ instanceId }) =>
      Number(await inGuest(instanceId, ["grep", "-c", "BEGIN CERTIFICATE", "/etc/kubernetes/pki/ca.crt"])),
    ),
  );

/** One step, while a client writes and a pod pings another: nothing is replaced, lost or unanswered. */
async function step(what: string, known: number[], used: number): Promise<void> {
  const servers = await serverIds();
  const began = Date.now();
  const pings = await pinging(1_500);
  const seen = await whileWriting(() =>
    operate("up", { changes: rotated(known, used), timeout: 1_800_000 }).then(() => undefined),
  );
  progress(`${what}: ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify(seen)}`);
  expect(await serverIds()).toEqual(servers);
  expect(seen.lost).toEqual([]);
  expect(seen.gap).toBeLessThan(LONGEST_GAP);
  expect(await pings.result).toContain(" 0% packet loss");
  expect(await trusted()).toEqual(outputs().nodes.map(() => known.length));
  await waitFor("Ready nodes", async () => (await ready()) === workers().length, 60_000, 2_000);
}

describe("the authorities, on a cluster that runs", () => {
  let old: ReturnType<typeof outputs>;

  test("are not skipped over", async () => {
    old = outputs();
    const said = await refused("up", { changes: rotated([1, 2], 2) });
    expect(said).toContain("generation 2 is not known to all nodes yet");
  });

  test("are trusted beside the old ones by every node", async () => {
    await step("known", [1, 2], 1);
    expect(await verify()).toContain("keys.authorities: known [1, 2], used 1; next, set used to 2");
    expect(await refused("up", { changes: rotated([1], 1) })).toContain("authorities have no way back");
  }, 2_000_000);

  test("issue then, and whoever has an old kubeconfig is let in", async () => {
    // CoreDNS reads whom to trust when it starts.
    await kubectl(["-n", "kube-system", "rollout", "restart", "deployment"]);
    await kubectl(["-n", "kube-system", "rollout", "status", "deployment", "--timeout=180s"]);
    await step("used", [1, 2], 2);
    // It trusts the old one alone, which no server has any more: what it may still do it does by its certificate.
    const trusting = { ...old, kubeconfig: withAuthority(old.kubeconfig, outputs().kubeconfig) };
    expect(await kubectlOf(trusting, ["get", "nodes", "-o", "name"])).toContain(workers()[0]!.name);
  }, 2_000_000);

  test("are alone in the end, and old certificates are refused", async () => {
    await step("alone", [2], 2);
    await expect(kubectlOf(old, ["get", "nodes"])).rejects.toThrow(/certificate/);
    const trusting = { ...old, kubeconfig: withAuthority(old.kubeconfig, outputs().kubeconfig) };
    await expect(kubectlOf(trusting, ["get", "nodes"])).rejects.toThrow(/logged in|Unauthorized|certificate/);
    expect(await verify()).toContain("keys.authorities: known [2], used 2; the rotation is done");
    await operate("up", { changes: rotated([2], 2) });
    expect(lastChanges()).toMatchObject(nothing);
  }, 2_000_000);
});

/** A kubeconfig with another one's authorities. */
function withAuthority(kubeconfig: string, other: string): string {
  const data = /certificate-authority-data: .*/;
  return kubeconfig.replace(data, data.exec(other)![0]);
}
