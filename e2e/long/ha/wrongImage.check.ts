import { run } from "../../../lab/shell";
import { controlPlane, imageOf, serverIds, workers } from "../../support/cloud";
import { changedImage, removeImages } from "../../support/images";
import { kubectl } from "../../support/kube";
import { lastSteps, turn } from "../../support/rollout/steps";
import { askedWeb, removed, Seen } from "../../support/rollout/web";
import { Config, firstPool, lastChanges, nothing, operate, refused } from "../../support/stack";

const IMAGE = "lab-without-cloud-init";
/** As long as a node may take to get into service, and what comes before. */
const TIMEOUT = 1_500_000;

const wrong = (config: Config) => void (firstPool(config).image = IMAGE);
const turns = () => lastSteps().filter((step) => /-in-service$|Instance /.test(step));
const cordoned = async () =>
  (await kubectl(["get", "nodes", "--field-selector=spec.unschedulable=true", "-o", "name"])).trim();

/** A disk that boots and on which cloud-init does nothing. */
const withoutCloudInit = (file: string) =>
  run("debugfs", ["-w", "-R", "write /dev/null /etc/cloud/cloud-init.disabled", file]);

describe("a pool's image with which no node comes up", () => {
  let image: string;
  let before: Map<string, string>;
  let seen: Seen;
  const names = workers().map(({ name }) => name);
  const [first] = names;

  beforeAll(async () => {
    image = await changedImage(IMAGE, withoutCloudInit);
    before = await serverIds();
  });
  afterAll(async () => {
    await removed("rollout");
    await operate("up", { timeout: TIMEOUT });
    await removeImages(IMAGE);
  }, TIMEOUT);

  test(
    "stops the rollout at the first worker: which one and what it lacks is said, all others stay, and take pods",
    async () => {
      const web = await askedWeb(controlPlane().instanceId);
      try {
        const said = await refused("up", { changes: wrong, timeout: TIMEOUT });
        expect(said).toContain(
          `${first} did not get into service within 900 seconds; the update stops. What it lacks:`,
        );
      } finally {
        seen = await web.stop();
      }
      expect(turns()).toEqual(turn(first!).slice(0, 3));
      const now = await serverIds();
      expect([...now].filter(([name, id]) => before.get(name) !== id).map(([name]) => name)).toEqual([first]);
      expect(await imageOf(now.get(first!)!)).toBe(image);
      expect(await cordoned()).toBe(`node/${first}`);
    },
    TIMEOUT,
  );

  test("and whoever asked a Deployment of two pods with a budget, ten times a second, was always answered", () => {
    console.log(`Asked while a worker did not come up: ${JSON.stringify(seen)}`);
    expect(seen.failed).toEqual([]);
    expect(seen.asked).toBeGreaterThan(5_000);
  });

  test("with the configuration put back, the next update makes that one anew, and no other", async () => {
    await operate("up");
    expect(turns()).toContain(`made Instance ${first}`);
    expect(turns().filter((step) => !step.includes(first!))).toEqual([]);
    const now = await serverIds();
    for (const name of names.slice(1)) expect([name, now.get(name)]).toEqual([name, before.get(name)]);
    expect(await imageOf(now.get(first!)!)).not.toBe(image);
    expect(await cordoned()).toBe("");
    await operate("up");
    expect(lastChanges()).toMatchObject(nothing);
  });
});
