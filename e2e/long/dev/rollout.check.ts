import { controlPlane, serverIds, workers } from "../../support/cloud";
import { kubectl } from "../../support/kube";
import { lastSteps, turn } from "../../support/rollout/steps";
import { askedWeb, deployed, deployment, removed, Seen } from "../../support/rollout/web";
import { Config, firstPool, lastChanges, nothing, operate, refused } from "../../support/stack";

const DRAIN_TIMEOUT = 40;
const [FIRST, STUCK, LAST] = ["dev-worker-0", "dev-worker-1", "dev-worker-2"];
const NAMES = [FIRST, STUCK, LAST];

const more = (config: Config) =>
  void (firstPool(config).extraFiles = [{ path: "/etc/rollout-check", content: "another user-data\n" }]);
const impatient = (config: Config) => void (config["hostroute:rollout"] = { drainTimeout: DRAIN_TIMEOUT });

const inService = (name: string) => `Command ${name}-in-service`;
const replacedOf = (...names: string[]) =>
  ["Command dev-nodes", ...names.flatMap((name) => [inService(name), `Instance ${name}`])].sort();
/** Of the last operation, what happened to workers and to their times in service. */
const turns = () => lastSteps().filter((step) => /-in-service$|Instance /.test(step));

/** Nodes that take no pods. */
const cordoned = () => kubectl(["get", "nodes", "--field-selector=spec.unschedulable=true", "-o", "name"]);
/** The pods that the program tries nodes with. */
const left = async () =>
  (await kubectl(["get", "pods", "-n", "kube-system", "-o", "name"]))
    .split("\n")
    .filter((name) => name.includes("hostroute-check"));

afterAll(async () => {
  await removed("rollout", "stuck");
  await operate("up");
}, 900_000);

describe("another user-data of a pool", () => {
  let seen: Seen;

  test("replaces its workers one after the other: drained before, in service afterwards", async () => {
    const before = await serverIds();
    const web = await askedWeb(controlPlane().instanceId);
    try {
      await operate("up", { changes: more });
    } finally {
      seen = await web.stop();
    }
    expect(turns()).toEqual(NAMES.flatMap(turn));
    expect(lastChanges()).toMatchObject({ created: [], updated: [], deleted: [] });
    expect(lastChanges().replaced.sort()).toEqual(replacedOf(...NAMES));
    const now = await serverIds();
    expect(NAMES.filter((name) => now.get(name) === before.get(name))).toEqual([]);
    expect([await cordoned(), await left()]).toEqual(["", []]);
  }, 900_000);

  test("and whoever asked a Deployment of two pods with a budget, ten times a second, was always answered", () => {
    console.log(`Asked while three workers were replaced: ${JSON.stringify(seen)}`);
    expect(seen.failed).toEqual([]);
    expect(seen.asked).toBeGreaterThan(200);
  });
});

describe("a worker whose pods may not go", () => {
  test("another timeout is only noted", async () => {
    await operate("up", { changes: (config) => (more(config), impatient(config)) });
    const noted = ["Command dev-departures", ...NAMES.map(inService)];
    expect(lastChanges()).toMatchObject({ ...nothing, updated: expect.any(Array) as unknown });
    expect(lastChanges().updated.sort()).toEqual(noted.sort());
  });

  test("stops the rollout there: which one and why is said, it and all later ones stay, and take pods", async () => {
    const pinned = { nodeSelector: { "kubernetes.io/hostname": STUCK } };
    await deployed("stuck", deployment("stuck", 1, { maxUnavailable: 0 }, pinned));
    const before = await serverIds();
    const said = await refused("up", { changes: impatient });
    expect(said).toContain(`${STUCK} was not drained within ${DRAIN_TIMEOUT} seconds (hostroute:rollout.drainTimeout)`);
    expect(said).toContain("default/stuck");
    expect(turns()).toEqual(turn(FIRST));
    const now = await serverIds();
    expect(NAMES.map((name) => now.get(name) === before.get(name))).toEqual([false, true, true]);
    expect(await cordoned()).toBe("");
  }, 900_000);

  test("as soon as they may, the next update goes on from there", async () => {
    await kubectl(["delete", "poddisruptionbudget", "stuck"]);
    await operate("up", { changes: impatient });
    expect(turns()).toEqual([STUCK, LAST].flatMap(turn));
    expect(lastChanges()).toMatchObject({ created: [], updated: [], deleted: [] });
    expect(lastChanges().replaced.sort()).toEqual(replacedOf(STUCK, LAST));
    expect([await cordoned(), await left()]).toEqual(["", []]);
    expect(workers().map(({ name }) => name)).toEqual(NAMES);
  }, 900_000);
});
