import { appendFile } from "node:fs/promises";
import { ADMISSION_CONFIG } from "../../../components/kubernetes/flags/paths";
import { inGuest } from "../../../lab/guest";
import { progress, waitFor } from "../../../lab/shell";
import { imageOf, loseServer, outputs, serverIds } from "../../support/cloud";
import { changedImage, removeImages } from "../../support/images";
import { kubectl } from "../../support/kube";
import { lastSteps, turn } from "../../support/rollout/steps";
import { Config, firstPool, lastChanges, nothing, operate } from "../../support/stack";
import { whileWriting } from "../../support/writer";

const LONGEST_GAP = 10; // seconds
const IMAGE = "lab-another";
const SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl members";

const namesOf = (role: string) => outputs().nodes.flatMap((node) => (node.role === role ? [node.name] : []));
const ofServers = () => lastSteps().filter((step) => /Instance |-in-service$/.test(step));

type Change = (config: Config) => void;
const IN_PLACE: [string, Change][] = [
  ["labels", (config) => (firstPool(config).labels = { "example.org/changed": "yes" })],
  ["taints", (config) => (firstPool(config).taints = [{ key: "example.org/changed", effect: "PreferNoSchedule" }])],
  ["access lists", (config) => ((config["hostroute:access"] as Config).ssh = ["198.51.100.0/24"])],
];
let image: string;
/** What servers are made with, whose servers those are, and whether one of them has it. */
const BY_SERVER: [string, Change, roles: string[], has: (server: string) => Promise<boolean>][] = [
  [
    "what the API server admits",
    (config) => (config["hostroute:podSecurity"] = "privileged"),
    ["control-plane"],
    async (server) => /enforce: "?privileged/.test(await inGuest(server, ["cat", ADMISSION_CONFIG])),
  ],
  [
    "the image",
    (config) => ((config["hostroute:controlPlane"] as Config).image = IMAGE),
    ["control-plane"],
    async (server) => (await imageOf(server)) === image,
  ],
  [
    "the operator's SSH key",
    (config) => (config["hostroute:sshPublicKey"] = SSH_KEY),
    ["control-plane", "worker"],
    async (server) => (await inGuest(server, ["sh", "-c", "cat /home/*/.ssh/authorized_keys"])).includes(SSH_KEY),
  ],
];

/** All changes up to one of them: an earlier one that was taken back would replace servers itself. */
const upTo = (change: Change) => (config: Config) => {
  const all = [...IN_PLACE, ...BY_SERVER].map(([, each]) => each);
  for (const each of all.slice(0, all.indexOf(change) + 1)) each(config);
};
const everything = upTo(BY_SERVER.at(-1)![1]);

beforeAll(async () => {
  image = await changedImage(IMAGE, (file) => appendFile(file, "another content"));
});
afterAll(async () => {
  // Which replaces all of them once more.
  await operate("up", { timeout: 1_800_000 });
  await removeImages(IMAGE);
}, 1_900_000);

describe("of three members and three workers, while a client writes and reads ten times a second,", () => {
  test.each(IN_PLACE)("a change of %s touches no server", async (_what, change) => {
    const before = await serverIds();
    await operate("up", { changes: upTo(change) });
    expect(ofServers()).toEqual([]);
    expect(lastChanges()).toMatchObject({ replaced: [], deleted: [] });
    expect(await serverIds()).toEqual(before);
  });

  test.each(BY_SERVER)(
    "a change of %s replaces one server after the other, each in service before the next, and loses nothing",
    async (what, change, roles, has) => {
      const before = await serverIds();
      const names = roles.flatMap(namesOf);
      const began = Date.now();
      const seen = await whileWriting(() =>
        operate("up", { changes: upTo(change), timeout: 1_800_000 }).then(() => undefined),
      );
      progress(
        `${what}: ${names.length} servers in ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify(seen)}`,
      );
      expect(ofServers()).toEqual(names.flatMap(turn));
      const now = await serverIds();
      expect([...now].flatMap(([name, id]) => (before.get(name) === id ? [] : [name])).sort()).toEqual(names.sort());
      for (const name of names) expect([name, await has(now.get(name)!)]).toEqual([name, true]);
      expect(seen.lost).toEqual([]);
      expect(seen.gap).toBeLessThan(LONGEST_GAP);
    },
    2_000_000,
  );

  test("the update after that changes nothing", async () => {
    await operate("up", { changes: everything });
    expect(lastChanges()).toMatchObject(nothing);
  });
});

describe("a member whose server was deleted behind the program's back", () => {
  const voters = async () =>
    (
      await kubectl(["get", "configmap", "hostroute-etcd", "-n", "kube-system", "-o", "jsonpath={.data.members}"])
    ).match(/=voter/g)?.length;

  test("is made anew and joins again, nobody else is touched, and who writes loses nothing", async () => {
    const [, lost] = outputs().nodes.filter(({ role }) => role === "control-plane");
    const before = await serverIds();
    const began = Date.now();
    const seen = await whileWriting(async () => {
      await loseServer(lost!.instanceId);
      // Without it the engine goes by its state, and sees no loss.
      await operate("up", { changes: everything, options: ["--refresh"] });
    });
    progress(`${lost!.name} back in ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify(seen)}`);
    const { created, deleted } = lastChanges();
    expect([created, deleted]).toEqual([[`Instance ${lost!.name}`], []]);
    before.delete(lost!.name);
    const now = await serverIds();
    for (const [name, id] of before) expect([name, now.get(name)]).toEqual([name, id]);
    await waitFor("three voters", async () => (await voters()) === 3, 60_000, 1_000);
    expect(seen.lost).toEqual([]);
    expect(seen.gap).toBeLessThan(LONGEST_GAP);
  });
});
