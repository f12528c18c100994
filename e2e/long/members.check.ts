import { progress } from "../../lab/shell";
import { outputs, serverIds } from "../support/cloud";
import { lastSteps, turn } from "../support/rollout/steps";
import { Config, firstPool, lastChanges, operate } from "../support/stack";
import { whileWriting } from "../support/writer";

const LONGEST_GAP = 10; // seconds

const members = () => outputs().nodes.filter(({ role }) => role === "control-plane");

/** What is changed in place, on nodes and around them. */
function inPlace(config: Config): void {
  Object.assign(firstPool(config), {
    labels: { "example.org/changed": "yes" },
    taints: [{ key: "example.org/changed", effect: "PreferNoSchedule" }],
  });
  (config["hostroute:access"] as Config).ssh = ["198.51.100.0/24"];
}
/** What a control-plane server is made with. */
function aFile(config: Config): void {
  inPlace(config);
  (config["hostroute:controlPlane"] as Config).extraFiles = [{ path: "/etc/members-check", content: "changed\n" }];
}

describe("a change of three members", () => {
  // Which replaces all of them once more.
  afterAll(() => operate("up").then(() => undefined), 900_000);

  test("of labels, taints and access lists touches no server", async () => {
    const before = await serverIds();
    await operate("up", { changes: inPlace });
    expect(lastSteps().filter((step) => /Instance |-in-service$/.test(step))).toEqual([]);
    expect(lastChanges()).toMatchObject({ replaced: [], deleted: [] });
    expect(await serverIds()).toEqual(before);
  });

  test("of a file replaces one after the other, each in service before the next, and who writes loses nothing", async () => {
    const before = await serverIds();
    const names = members().map(({ name }) => name);
    const began = Date.now();
    const seen = await whileWriting(() => operate("up", { changes: aFile }).then(() => undefined));
    progress(`three members replaced in ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify(seen)}`);
    expect(lastSteps().filter((step) => /Instance |-in-service$/.test(step))).toEqual(names.flatMap(turn));
    const now = await serverIds();
    expect([...now].filter(([name, id]) => before.get(name) !== id).map(([name]) => name)).toEqual(
      expect.arrayContaining(names),
    );
    expect([...now].filter(([name, id]) => before.get(name) !== id)).toHaveLength(names.length);
    expect(seen.lost).toEqual([]);
    expect(seen.gap).toBeLessThan(LONGEST_GAP);
  });

  test("is done with, then: the next update touches no server", async () => {
    await operate("up", { changes: aFile });
    expect(lastSteps().filter((step) => /Instance |Command /.test(step))).toEqual([]);
  });
});
