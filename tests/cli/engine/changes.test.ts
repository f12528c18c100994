import { changesOf, parseEvents } from "../../../cli/engine/changes";

/** An event of the engine's, as far as it counts, in the form in which `--event-log` writes it. */
const event = (kind: "resourcePreEvent" | "resOutputsEvent", op: string, name: string, custom = true) => {
  const type = "openstack:compute/instance:Instance";
  const state = { type, custom };
  const urn = `urn:pulumi:dev::hostroute::hostroute:index:Cluster$${type}::${name}`;
  return JSON.stringify({ sequence: 0, [kind]: { metadata: { op, type, urn, old: null, new: state } } });
};

const changes = (...lines: string[]) => changesOf(parseEvents(`${lines.join("\n")}\n`));
const nothing = { created: [], updated: [], replaced: [], deleted: [], unchanged: 0 };

describe("changesOf", () => {
  test.each([
    ["create", "created"],
    ["update", "updated"],
    ["delete", "deleted"],
    ["import", "created"],
  ])("%s, once it is done, is %s", (op, list) => {
    expect(changes(event("resOutputsEvent", op, "dev-worker-0"))).toEqual({
      ...nothing,
      [list]: ["Instance dev-worker-0"],
    });
    expect(changes(event("resourcePreEvent", op, "dev-worker-0"))).toEqual(nothing);
  });

  test("a replacement counts once, and its parts not at all", () => {
    const parts = ["create-replacement", "replace", "delete-replaced"];
    const lines = parts.flatMap((op) => [event("resourcePreEvent", op, "a"), event("resOutputsEvent", op, "a")]);
    expect(changes(...lines)).toEqual({ ...nothing, replaced: ["Instance a"] });
  });

  test("what stayed is counted; components are not", () => {
    const same = event("resOutputsEvent", "same", "a");
    expect(changes(same, event("resOutputsEvent", "same", "b", false))).toEqual({ ...nothing, unchanged: 1 });
  });

  test("a deleted resource has only its old state", () => {
    const metadata = { op: "delete", type: "a:b:C", urn: "urn:pulumi:s::p::a:b:C::x", old: { custom: true } };
    expect(changes(JSON.stringify({ resOutputsEvent: { metadata } }))).toEqual({ ...nothing, deleted: ["C x"] });
  });

  test("other events do not count", () => {
    expect(changes(JSON.stringify({ diagnosticEvent: { message: "m" } }), "")).toEqual(nothing);
  });
});
