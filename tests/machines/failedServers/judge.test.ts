import { FailedServer, judge, PlannedServer } from "../../../components/machines/failedServers/judge";

const worker = (n: number): PlannedServer => ({ name: `dev-worker-${n}`, role: "worker" });
const controlPlane = (n: number): PlannedServer => ({ name: `dev-control-plane-${n}`, role: "control-plane" });
const failed = ({ name }: PlannedServer, hasRun = true): FailedServer => ({ id: `server of ${name}`, name, hasRun });
const planned = [controlPlane(0), controlPlane(1), worker(0), worker(1)];

it("leaves everything as it is where nothing failed, also what was replaced before", () => {
  expect(judge(planned, [], {})).toEqual({ replaced: {} });
  expect(judge(planned, [], { "dev-worker-1": "an old one" })).toEqual({ replaced: { "dev-worker-1": "an old one" } });
});

it.each([true, false])("replaces a worker, whether it has run or not: %s", (hasRun) => {
  expect(judge(planned, [failed(worker(1), hasRun)], { "dev-worker-0": "an old one" })).toEqual({
    replaced: { "dev-worker-0": "an old one", "dev-worker-1": "server of dev-worker-1" },
  });
});

it("replaces a worker whose server failed again", () => {
  expect(judge(planned, [failed(worker(1))], { "dev-worker-1": "an old one" }).replaced).toEqual({
    "dev-worker-1": "server of dev-worker-1",
  });
});

it("replaces a control-plane server that never ran", () => {
  expect(judge(planned, [failed(controlPlane(1), false)], {})).toEqual({
    replaced: { "dev-control-plane-1": "server of dev-control-plane-1" },
  });
});

it("refuses to go on with a control-plane server that has run: it names all of them, Nova's reason and the ways out", () => {
  const fault = "Host compute-7 is not responding";
  const servers = [{ ...failed(controlPlane(0)), fault }, failed(controlPlane(1)), failed(worker(0))];
  const { replaced, refusal } = judge(planned, servers, {});
  expect(refusal).toContain(
    "dev-control-plane-0 (server server of dev-control-plane-0): Host compute-7 is not responding",
  );
  expect(refusal).toContain("dev-control-plane-1 (server server of dev-control-plane-1)");
  expect(refusal).toMatch(/reboot --hard.*--state active.*server delete/s);
  expect(refusal).not.toContain("dev-worker-0");
  expect(replaced).not.toHaveProperty("dev-control-plane-0");
});

it("forgets nodes that are no longer planned, and knows no server of others", () => {
  expect(judge([worker(0)], [failed(worker(7))], { "dev-worker-9": "an old one" })).toEqual({ replaced: {} });
});
