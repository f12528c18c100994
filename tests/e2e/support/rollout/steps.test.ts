import type { EngineEvent } from "@pulumi/pulumi/automation";
import { secondsOf, stepsOf, turn } from "../../../../e2e/support/rollout/steps";

/** What the engine says of a custom resource: that it begins, or that it is done. */
const event = (kind: "resourcePreEvent" | "resOutputsEvent", op: string, type: string, name: string) => {
  const state = { custom: !type.startsWith("hostroute:") };
  return { [kind]: { metadata: { op, type, urn: `urn:pulumi:dev::hostroute::${type}::${name}`, old: state } } };
};
const INSTANCE = "openstack:compute/instance:Instance";
const COMMAND = "command:local:Command";

/** As engine 3.274.1 says it (`--event-log`), shortened. */
it("says in its order what was finished, a replacement by its two parts", () => {
  const events = [
    event("resourcePreEvent", "delete-replaced", COMMAND, "a-in-service"),
    event("resOutputsEvent", "delete-replaced", COMMAND, "a-in-service"),
    event("resourcePreEvent", "replace", INSTANCE, "a"),
    event("resOutputsEvent", "delete-replaced", INSTANCE, "a"),
    event("resOutputsEvent", "create-replacement", INSTANCE, "a"),
    event("resOutputsEvent", "create-replacement", COMMAND, "a-in-service"),
    event("resOutputsEvent", "same", INSTANCE, "b"),
    event("resOutputsEvent", "update", COMMAND, "departures"),
    event("resOutputsEvent", "create", "hostroute:machines:Machine", "c"),
    event("resOutputsEvent", "create", INSTANCE, "c"),
    event("resOutputsEvent", "delete", INSTANCE, "d"),
    { preludeEvent: { config: {} } },
  ] as unknown as EngineEvent[];
  expect(stepsOf(events)).toEqual([
    "deleted Command a-in-service",
    "deleted Instance a",
    "made Instance a",
    "made Command a-in-service",
    "updated Command departures",
    "made Instance c",
    "deleted Instance d",
  ]);
});

it("knows the steps of a node's turn, and how long it took: from the end of its time in service to the next one's beginning", () => {
  const at = (timestamp: number, each: object) => ({ timestamp, ...each });
  const events = [
    at(100, event("resourcePreEvent", "delete-replaced", COMMAND, "a-in-service")),
    at(130, event("resOutputsEvent", "delete-replaced", COMMAND, "a-in-service")),
    at(140, event("resOutputsEvent", "delete-replaced", INSTANCE, "a")),
    at(150, event("resOutputsEvent", "create-replacement", INSTANCE, "a")),
    at(151, event("resourcePreEvent", "delete-replaced", COMMAND, "b-in-service")),
    at(160, event("resourcePreEvent", "create-replacement", COMMAND, "a-in-service")),
    at(190, event("resOutputsEvent", "create-replacement", COMMAND, "a-in-service")),
    at(191, event("resOutputsEvent", "create-replacement", COMMAND, "c-in-service")),
  ] as unknown as EngineEvent[];
  expect(secondsOf(events)).toEqual({ a: 90 });
  expect(stepsOf(events).filter((step) => !step.includes("c-in"))).toEqual(turn("a"));
});
