import { progress } from "../../../lab/shell";
import { outputs } from "../../support/cloud";
import { kubectl } from "../../support/kube";
import { lastSteps, turn } from "../../support/rollout/steps";
import { isAccepted } from "../../support/snapshots";
import { Config, lastChanges, nothing, operate, refused, verify } from "../../support/stack";
import { encryptedBy } from "../../support/storedSecret";
import { whileWriting } from "../../support/writer";

/** How long a client that writes and reads ten times a second may be without an answer, in seconds. */
const LONGEST_GAP = 10;
/** What the upgrade before has left: no update can go back. */
const RELEASE = "1.36.3";
const SECRET = "before-rotation";

const rotated = (known: number[], used: number) => (config: Config) => {
  config["hostroute:kubernetesVersion"] = RELEASE;
  config["hostroute:keys"] = { serviceAccount: { known, used }, encryption: { known, used } };
};
const members = () => outputs().nodes.flatMap(({ role, name }) => (role === "control-plane" ? [name] : []));
const token = async () => (await kubectl(["create", "token", "default", "--duration=3h"])).trim();
const value = () => kubectl(["get", "secret", SECRET, "-o", "jsonpath={.data.kept}"]);

/** One step, while a client writes: all members are replaced in turn, no worker is, and nobody notices. */
async function step(what: string, known: number[], used: number): Promise<void> {
  const began = Date.now();
  const update = () => operate("up", { changes: rotated(known, used), timeout: 1_800_000 });
  const seen = await whileWriting(() => update().then(() => undefined));
  progress(`${what}: ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify(seen)}`);
  expect(lastSteps().filter((each) => /Instance |-in-service$/.test(each))).toEqual(members().flatMap(turn));
  expect(seen.lost).toEqual([]);
  expect(seen.gap).toBeLessThan(LONGEST_GAP);
}

let old: string;
beforeAll(async () => {
  await kubectl(["create", "secret", "generic", SECRET, "--from-literal=kept=yes"]);
  old = await token();
});
// The last check of this stack: its keys do not go back either.
afterAll(() => kubectl(["delete", "--ignore-not-found", "secret", SECRET]));

describe("the service accounts' key and the key that encrypts Secrets", () => {
  test("are not skipped over: what nodes do not know yet is refused, and nothing is touched", async () => {
    expect(await encryptedBy()).toEqual(new Set(["key1"]));
    for (const [known, used] of [[[1, 2], 2] as const, [[2], 2] as const])
      expect(await refused("up", { changes: rotated([...known], used) })).toMatch(
        /generation 2 is not known to all nodes yet\. .*\n/,
      );
    expect(await isAccepted(old)).toBe(true);
  });

  test("are known beside the old ones first, which sign and encrypt", async () => {
    await step("known", [1, 2], 1);
    expect([await value(), await isAccepted(old)]).toEqual(["eWVz", true]);
    expect(await encryptedBy()).toEqual(new Set(["key1"]));
    expect(await verify()).toContain("keys.encryption: known [1, 2], used 1; next, set used to 2");
    expect(await refused("up", { changes: rotated([2], 2) })).toContain("generation 1 may still be in use");
  }, 2_000_000);

  let anew: string;
  test("sign and encrypt then: every Secret by the new one, and old tokens are taken", async () => {
    await step("used", [1, 2], 2);
    anew = await token();
    expect(await encryptedBy()).toEqual(new Set(["key2"]));
    expect([await value(), await isAccepted(old), await isAccepted(anew)]).toEqual(["eWVz", true, true]);
  }, 2_000_000);

  test("are alone in the end: old tokens are refused, new ones taken, and Secrets are read", async () => {
    await step("alone", [2], 2);
    expect([await value(), await isAccepted(old), await isAccepted(anew)]).toEqual(["eWVz", false, true]);
    expect(await encryptedBy()).toEqual(new Set(["key2"]));
    expect(await verify()).toContain("keys.encryption: known [2], used 2; the rotation is done");
    await operate("up", { changes: rotated([2], 2) });
    expect(lastChanges()).toMatchObject(nothing);
  }, 2_000_000);

  test("do not come back", async () => {
    expect(await refused("up", { changes: rotated([1, 2], 2) })).toContain(
      "a generation that has gone does not come back",
    );
  });
});
