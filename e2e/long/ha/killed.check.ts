import { lockHolders } from "../../../cli/engine/recovery";
import { inGuest } from "../../../lab/guest";
import { list, outputs } from "../../support/cloud";
import { upUntil } from "../../support/killed";
import { kubectl } from "../../support/kube";
import { Config, firstPool, lastChanges, nothing, operate, STACK } from "../../support/stack";

const FILE = { path: "/etc/killed-check", content: "another user-data\n" };
const AN_HOUR = 3_600_000;

/**
 * What replaces every server, as an upgrade does and in the same order, without its downloads: ten upgrades would need ten releases. The file
 * stays until the next update, since taking it away would replace all of them once more.
 */
function another(config: Config): void {
  (config["hostroute:controlPlane"] as Config).extraFiles = [FILE];
  firstPool(config).extraFiles = [FILE];
}

/**
 * Where the engine is killed, one run after the other. Each comes after all those before it, so that none is there already when its turn
 * comes.
 */
const POINTS: [when: string, said: RegExp][] = [
  ["while the first member leaves", /:Command ha-control-plane-0-in-service .*deleting/],
  ["while its server is deleted", /:Instance ha-control-plane-0 .*deleting/],
  ["while its server is made", /:Instance ha-control-plane-0 .*creating/],
  ["while it joins", /:Command ha-control-plane-0-in-service .*creating/],
  ["while the second one's server is deleted", /:Instance ha-control-plane-1 .*deleting/],
  ["while the second one joins", /:Command ha-control-plane-1-in-service .*creating/],
  ["while the last one's server is made", /:Instance ha-control-plane-2 .*creating/],
  ["while the first worker is drained", /:Command ha-worker-0-in-service .*deleting/],
  ["while its server is made", /:Instance ha-worker-0 .*creating/],
  ["while the second worker is tried", /:Command ha-worker-1-in-service .*creating/],
];

/** Every server of the stack, by name: one of a name that is there twice is missing, then. */
async function servers(): Promise<Map<string, string>> {
  const found = (await list<{ id: string; name: string }>("compute", "/servers", "servers")).filter(({ name }) =>
    name.startsWith("ha-"),
  );
  expect(found.map(({ name }) => name).sort()).toEqual(
    outputs()
      .nodes.map(({ name }) => name)
      .sort(),
  );
  return new Map(found.map(({ name, id }) => [name, id]));
}

const members = () =>
  kubectl(["get", "configmap", "hostroute-etcd", "-n", "kube-system", "-o", "jsonpath={.data.members}"]);

describe("an update that replaces every server", () => {
  let before: Map<string, string>;
  beforeAll(async () => void (before = await servers()));

  test.each(POINTS)(
    "is killed %s",
    async (_when, said) => {
      await upUntil(said, another);
      expect(lockHolders(STACK)).not.toEqual([]);
    },
    1_800_000,
  );

  test(
    "ends, left alone, where an undisturbed one does: each server made anew, none there twice, and nothing left to do",
    async () => {
      await operate("up", { changes: another, timeout: AN_HOUR });
      const now = await servers();
      for (const [name, id] of now) {
        expect([name, id]).not.toEqual([name, before.get(name)]);
        expect(await inGuest(id, ["cat", FILE.path])).toBe(FILE.content);
      }
      expect(outputs().nodes.map(({ name, instanceId }) => [name, instanceId])).toEqual(
        outputs().nodes.map(({ name }) => [name, now.get(name)]),
      );
      expect((await members()).match(/=voter/g)).toHaveLength(3);
      expect(await kubectl(["get", "nodes", "--field-selector=spec.unschedulable=true", "-o", "name"])).toBe("");
      await operate("up", { changes: another });
      expect(lastChanges()).toMatchObject(nothing);
    },
    AN_HOUR + 900_000,
  );
});
