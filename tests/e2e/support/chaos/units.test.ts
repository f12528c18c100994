import { daemons, parseStates, unitProblems, UnitState } from "../../../../e2e/support/chaos/units";

const state = (more: Partial<UnitState>): UnitState => ({
  Id: "a.service",
  Type: "simple",
  ActiveState: "active",
  SubState: "running",
  UnitFileState: "enabled",
  Result: "success",
  ...more,
});
const oneshot = { Type: "oneshot" };
const resting = { ActiveState: "inactive", SubState: "dead" };

it("reads what systemctl says of several units, timers without a type among them", () => {
  const text = `Type=notify
Id=containerd.service
ActiveState=active
SubState=running
UnitFileState=enabled
Result=success

Id=a.timer
ActiveState=active
SubState=waiting
UnitFileState=enabled
Result=success
`;
  const [service, timer] = parseStates(text);
  expect(service).toEqual(state({ Id: "containerd.service", Type: "notify" }));
  expect(timer).toEqual({
    Id: "a.timer",
    ActiveState: "active",
    SubState: "waiting",
    UnitFileState: "enabled",
    Result: "success",
  });
});

it.each<[string, Partial<UnitState>]>([
  ["runs", {}],
  ["did its work and counts as up", { ...oneshot, SubState: "exited" }],
  ["did its work at boot", { ...oneshot, ...resting }],
  ["is not enabled and rests", { ...resting, UnitFileState: "static" }],
  ["is not enabled and at work", { ...oneshot, ActiveState: "activating", SubState: "start", UnitFileState: "static" }],
])("nothing is wrong with a unit that %s", (_, more) => expect(unitProblems([state(more)])).toEqual([]));

it.each<[string, Partial<UnitState>]>([
  ["failed", { ActiveState: "failed", SubState: "failed", Result: "exit-code" }],
  ["failed and is not enabled", { ActiveState: "failed", SubState: "failed", UnitFileState: "static" }],
  ["is enabled and down", resting],
  ["waits for its next start", { ActiveState: "activating", SubState: "auto-restart", UnitFileState: "static" }],
  ["is still starting", { ActiveState: "activating", SubState: "start-pre" }],
  ["has ended badly and rests", { ...oneshot, ...resting, Result: "timeout" }],
])("says of a unit that %s", (_, more) => {
  expect(unitProblems([state({}), state({ Id: "b.service", ...more })])).toEqual([
    expect.stringMatching(/^b\.service is [a-z]+ \([a-z-]+, [a-z-]+\)$/),
  ]);
});

it("knows what runs all the time", () => {
  const ids = daemons([
    state({}),
    state({ Id: "b.service", ...oneshot }),
    state({ Id: "c.timer" }),
    state({ Id: "d.service", UnitFileState: "static" }),
  ]);
  expect(ids).toEqual(["a.service"]);
});
