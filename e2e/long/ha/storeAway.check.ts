import { inGuest } from "../../../lab/guest";
import { progress } from "../../../lab/shell";
import { outputs, serverIds } from "../../support/cloud";
import { pause } from "../../support/pause";
import { firstSnapshot, refuseMore, snapshotNow, snapshots } from "../../support/snapshots";
import { Config, firstPool, lastChanges, nothing, operate, verify } from "../../support/stack";
import { forbid, takeAway } from "../../support/storeFaults";
import { whileWriting } from "../../support/writer";

/** Fewer for a trial. */
const MINUTES = Number(process.env.STORE_AWAY_MINUTES ?? 60);
const FOLDER = "/var/lib/hostroute/snapshot";

const members = () => outputs().nodes.filter(({ role }) => role === "control-plane");
const onMembers = (script: string) =>
  Promise.all(members().map(({ instanceId }) => inGuest(instanceId, ["sh", "-c", script])));

/** What each member has in the folder of its snapshots, in KiB: a snapshot has hundreds. */
const kept = async () => (await onMembers(`du -sk ${FOLDER} | cut -f1`)).map(Number);
/** What each member said of snapshots in the last minutes. */
const said = async (minutes: number) =>
  (
    await onMembers(
      `journalctl -q -o cat -u hostroute-etcd-snapshot --since=-${minutes}min | grep "no snapshot" || true`,
    )
  ).map((text) => text.split("\n").filter(Boolean));
const lastKnown = async () => (await verify()).split("\n").filter((line) => /last snapshot|no snapshot/.test(line));

const labelled = (config: Config) => {
  snapshots()(config);
  firstPool(config).labels = { "store-away": "yes" };
};

beforeAll(async () => {
  await operate("up", { changes: snapshots() });
  await firstSnapshot();
}, 900_000);
afterAll(() => operate("up", { timeout: 1_800_000 }).then(() => undefined), 1_900_000);

describe("the object store", () => {
  test(`away for ${MINUTES} minutes: nothing waits for it, no disk fills up, verify tells, and nodes go on by themselves`, async () => {
    const [before, servers] = [await kept(), await serverIds()];
    const giveBack = await takeAway();
    const began = Date.now();
    const left = () => began + MINUTES * 60_000 - Date.now();
    try {
      const seen = await whileWriting(async () => {
        await operate("update", { changes: labelled });
        expect(lastChanges()).toMatchObject({ created: [], deleted: [], replaced: [] });
        await operate("update", { changes: snapshots() });
      });
      expect(seen.lost).toEqual([]);
      const known = await lastKnown();
      progress(`verify: ${known.join(" ")}; the client: ${JSON.stringify(seen)}`);
      expect(known.join()).toMatch(/^Warning: the last snapshot of etcd is not known\. /);
      while (left() > 0) await pause(Math.min(left(), 60_000));
      const words = await said(MINUTES);
      progress(`lines in ${MINUTES} minutes: ${words.map((lines) => lines.length).join(", ")}: ${words.flat().at(-1)}`);
      expect(words.flat().join()).toMatch(/no snapshot: the object store does not answer to/);
      expect(words.flat().length).toBeLessThanOrEqual(1 + MINUTES);
      const after = await kept();
      progress(`KiB in ${FOLDER}: ${before.join(", ")}, then ${after.join(", ")}`);
      for (const [index, size] of after.entries()) expect(size).toBeLessThan(before[index]! + 64);
    } finally {
      await giveBack();
    }
    if (MINUTES > 15) expect((await lastKnown()).join()).toMatch(/^Warning: last snapshot of etcd: .* old/);
    expect(await serverIds()).toEqual(servers);
    const back = Date.now();
    for (let known = await lastKnown(); !/ [0-9]+ s old/.test(known.join()); known = await lastKnown()) {
      expect(Date.now() - back).toBeLessThan(600_000);
      await pause(5_000);
    }
    progress(`a new snapshot ${Math.round((Date.now() - back) / 1000)} s after the store was back`);
  }, 6_000_000);

  test.each([
    ["full", () => refuseMore(true).then(() => () => refuseMore(false)), /the object store answers 413 /],
    ["answering 403", forbid, /the object store answers 403 Forbidden/],
  ])("%s: a node says so and keeps nothing, and the stack can be changed", async (_, begin, words) => {
    const before = await kept();
    const end = await begin();
    try {
      const failed = await snapshotNow(members()[0]!.instanceId).catch((error: Error) => error.message);
      progress(failed.trim());
      expect(failed).toMatch(words);
      await operate("update", { changes: labelled });
      await operate("update", { changes: snapshots() });
      const known = (await lastKnown()).join();
      progress(known);
      expect(known).toMatch(/last snapshot of etcd/);
      for (const [index, size] of (await kept()).entries()) expect(size).toBeLessThan(before[index]! + 64);
    } finally {
      await end();
    }
    await operate("up", { changes: snapshots() });
    expect(lastChanges()).toMatchObject(nothing);
  });
});
