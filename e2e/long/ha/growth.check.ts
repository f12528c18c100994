import { progress } from "../../../lab/shell";
import { outputs } from "../../support/cloud";
import { kubectl, toolPods } from "../../support/kube";
import { lastChanges, operate, refused } from "../../support/stack";
import { whileWriting } from "../../support/writer";

type Config = Record<string, Record<string, unknown>>;
const LONGEST_GAP = 10; // seconds

const members = () => outputs().nodes.filter(({ role }) => role === "control-plane");
const controlPlane = (values: object) => (config: object) =>
  void Object.assign((config as Config)["hostroute:controlPlane"]!, values);

/** How many API servers there are, as they say themselves. */
async function apiServers(): Promise<number> {
  const addresses = await kubectl([
    "get",
    "endpointslices",
    "kubernetes",
    "-o",
    "jsonpath={.endpoints[*].addresses[0]}",
  ]);
  return addresses.split(" ").length;
}

/** The update as clients see it, and what it did to servers. */
async function changed(changes?: (config: object) => void) {
  const seen = await whileWriting(async () => {
    await operate("up", changes ? { changes } : {});
  });
  progress(JSON.stringify(seen));
  expect(seen.lost).toEqual([]);
  expect(seen.gap).toBeLessThan(LONGEST_GAP);
  const { created, replaced, deleted } = lastChanges();
  const servers = (names: readonly string[]) => names.filter((name) => name.startsWith("Instance ")).sort();
  return { created: servers(created), replaced: servers(replaced), deleted: servers(deleted) };
}

describe("the number of control-plane nodes, while a client writes and reads ten times a second", () => {
  beforeAll(() => toolPods().then(() => undefined));

  test("is not one without the operator's word", async () => {
    expect(await refused("up", { changes: controlPlane({ count: 1 }) })).toContain("acceptSingleMember");
    expect(members()).toHaveLength(3);
  });

  test("from three to one: members leave before their servers do", async () => {
    const one = controlPlane({ count: 1, acceptSingleMember: true });
    const servers = ["Instance ha-control-plane-1", "Instance ha-control-plane-2"];
    expect(await changed(one)).toEqual({ created: [], replaced: [], deleted: servers });
    expect(await apiServers()).toBe(1);
  });

  test("from one to three: the new ones join", async () => {
    const servers = ["Instance ha-control-plane-1", "Instance ha-control-plane-2"];
    expect(await changed()).toEqual({ created: servers, replaced: [], deleted: [] });
    expect(await apiServers()).toBe(3);
  });
});
