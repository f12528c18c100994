import { serverInterpreter, workersInterpreter } from "../../../components/objects/rollout/script";
import { Cluster, FakeNode, rollout } from "./kubectl";

const THREE: Cluster = { nodes: { a: {}, b: {}, c: {} } };
const BUDGET = `sleep 20; echo "error when evicting pods/\\"web-0\\": Cannot evict pod as it would violate the pod's disruption budget." >&2; exit 1`;

it("keeps the program's own comments out of the state", () => {
  for (const [, , script] of [serverInterpreter(), workersInterpreter()]) {
    expect(script).not.toMatch(/^#|\n\n/m);
    expect(script!.length).toBeLessThan(5_500);
  }
});

describe("before a server goes", () => {
  const drained = (cluster: Cluster, env: Record<string, string> = {}) =>
    rollout("drained", { NODE: "b", PULUMI_COMMAND_STDOUT: "b uuid", ...env }, cluster);

  it("cordons the node, and evicts what is on it", () => {
    const { status, stdout, did, cordoned, gone, left } = drained(THREE);
    expect({ status, stdout, left }).toEqual({ status: 0, stdout: "", left: [] });
    expect(gone).toEqual({ b: "b uuid" });
    expect(did).toEqual(["cordon b", "drain b"]);
    expect(cordoned).toEqual({ b: "replacement" });
  });

  it("gives up after the timeout, says which node and why, and lets pods in again", () => {
    const { status, stderr, did, cordoned, gone } = drained({ ...THREE, drain: BUDGET });
    expect({ status, gone }).toEqual({ status: 1, gone: {} });
    expect(stderr).toContain("would violate the pod's disruption budget");
    expect(stderr).toContain(
      "hostroute: b was not drained within 60 seconds (hostroute:rollout.drainTimeout). Its server was left as it is, and the update stops.",
    );
    expect(did.slice(-2)).toEqual(["uncordon b", "unmark b"]);
    expect(cordoned).toEqual({});
  });

  it("goes on as soon as the budget allows it", () => {
    const once = `[ "$(grep -c drain did)" -gt 2 ] || { ${BUDGET}; }`;
    expect(drained({ ...THREE, drain: once })).toMatchObject({ status: 0, cordoned: { b: "replacement" } });
  });

  it("leaves an operator's cordon, whether it succeeds or not", () => {
    const nodes = { a: {}, b: { cordoned: "operator" } };
    expect(drained({ nodes })).toMatchObject({ status: 0, did: ["drain b"], cordoned: { b: "operator" } });
    expect(drained({ nodes, drain: BUDGET })).toMatchObject({ status: 1, cordoned: { b: "operator" } });
  });

  it("knows its own cordon, of a run that was killed", () => {
    const nodes = { a: {}, b: { cordoned: "replacement" } };
    expect(drained({ nodes })).toMatchObject({ status: 0, did: ["drain b"], cordoned: { b: "replacement" } });
    expect(drained({ nodes, drain: BUDGET })).toMatchObject({ status: 1, cordoned: {} });
  });

  it.each<[string, Cluster["nodes"], string, Record<string, string>]>([
    ["the node is gone", { a: {} }, "there is no node b any more", {}],
    ["its kubelet is dead", { a: {}, b: { dead: true } }, "no sign of life", { b: "b uuid" }],
    ["it is another server's by now", { a: {}, b: { machine: "another other" } }, "another server's by now", {}],
  ])("drains nothing when %s", (_name, nodes, said, left) => {
    const { status, did, stderr, gone } = drained({ nodes });
    expect({ status, did, gone }).toEqual({ status: 0, did: [], gone: left });
    expect(stderr).toContain(said);
  });

  it("drains for whoever is there, where the state does not know who was", () => {
    expect(drained(THREE, { PULUMI_COMMAND_STDOUT: "" }).did).toEqual(["cordon b", "drain b"]);
  });

  it.each(["another uuid", "b other"])(
    "drains the node of a server that has the disk or the hardware of before: %s",
    (machine) => {
      expect(drained({ nodes: { a: {}, b: { machine } } }).did).toEqual(["cordon b", "drain b"]);
    },
  );

  it("does not wait for pods that have nowhere to go", () => {
    const alone = drained({ nodes: { a: { cordoned: "operator" }, b: {} }, drain: BUDGET });
    expect(alone).toMatchObject({ status: 0, did: ["cordon b"], cordoned: { a: "operator", b: "replacement" } });
    expect(alone.stderr).toContain("no other node takes pods");
    const meanwhile = drained({ nodes: { a: {}, b: {} }, drain: `echo operator >nodes/a; exit 1` });
    expect(meanwhile).toMatchObject({ status: 0, did: ["cordon b", "drain b"] });
  });

  it("puts up with an API that is away for a while, and fails, with kubectl's words, when that does not end", () => {
    expect(drained({ ...THREE, away: 8 })).toMatchObject({ status: 0, cordoned: { b: "replacement" } });
    const { status, stderr, did } = drained({ ...THREE, away: 1_000 });
    expect({ status, did }).toEqual({ status: 1, did: [] });
    expect(stderr).toContain("The connection to the server was refused");
  });
});

describe("after a server has come", () => {
  const inService = (cluster: Cluster) => rollout("in_service", { NODE: "b" }, cluster);

  it("waits until the check's pod is ready, lets pods in, and says who is in service, and nothing else", () => {
    const found = inService({ nodes: { a: {}, b: { cordoned: "replacement", machine: "new uuid" } }, unready: 3 });
    expect(found).toMatchObject({ status: 0, stdout: "new uuid\n", cordoned: {}, left: [] });
    expect(found.did.slice(-2)).toEqual(["uncordon b", "unmark b"]);
    expect(found.did.filter((each) => each.startsWith("delete"))).toEqual([
      "delete hostroute-check-b",
      "delete hostroute-check-b",
    ]);
  });

  it("tries another pod where kubelet has refused one for good", () => {
    const { status, did } = inService({ nodes: { a: {}, b: {} }, refusals: 12 });
    expect(status).toBe(0);
    expect(did.filter((each) => each.startsWith("delete")).length).toBeGreaterThan(3);
  });

  it("does not wait for DNS that is yet to be made: a new cluster's nodes come first", () => {
    expect(inService({ nodes: { a: {}, b: {} }, withoutDns: true })).toMatchObject({ status: 0 });
  });

  it.each<[string, FakeNode, string]>([
    ["has not said yet who it is", { machine: " ", next: "new uuid" }, "new uuid\n"],
    ["still says who it was", { left: "b uuid", next: "new uuid" }, "new uuid\n"],
    ["is indeed the one that was to go", { left: "b uuid" }, "b uuid\n"],
    ["never says who it is", { machine: " " }, ""],
  ])("says who is in service when kubelet %s", (_name, node, who) => {
    expect(inService({ nodes: { a: {}, b: node } })).toMatchObject({ status: 0, stdout: who });
  });

  it("leaves an operator's cordon", () => {
    const nodes = { a: {}, b: { cordoned: "operator" } };
    expect(inService({ nodes })).toMatchObject({ status: 0, cordoned: { b: "operator" } });
  });

  it("fails after a quarter of an hour, says which node and what it lacks, and lets no pods in", () => {
    const { status, stderr, did, cordoned } = inService({
      nodes: { a: {}, b: { cordoned: "replacement" } },
      unready: 1e9,
    });
    expect(status).toBe(1);
    expect(stderr).toContain(
      "hostroute: b did not get into service within 900 seconds; the update stops. What it lacks: timed out",
    );
    expect(did.at(-1)).toBe("delete hostroute-check-b");
    expect(cordoned).toEqual({ b: "replacement" });
  });

  it("lets pods in beforehand where no other node takes any: DNS itself may have nowhere else to go", () => {
    const nodes = { a: { cordoned: "replacement" }, b: { cordoned: "replacement" } };
    const { did, cordoned } = inService({ nodes, unready: 3 });
    expect(did.indexOf("uncordon b")).toBeLessThan(did.lastIndexOf("delete hostroute-check-b"));
    expect(cordoned).toEqual({ a: "replacement" });
  });
});

describe("workers that are no longer in the plan", () => {
  const departed = (cluster: Cluster, workers: string) => rollout("departed", { WORKERS: workers }, cluster);

  it("are all cordoned before the first one is emptied", () => {
    const { status, did, cordoned } = departed(THREE, "b");
    expect({ status, did }).toEqual({ status: 0, did: ["cordon a", "cordon c", "drain a", "drain c"] });
    expect(cordoned).toEqual({ a: "removal", c: "removal" });
  });

  it("are none, when all are in it", () => {
    expect(departed(THREE, "a b c d")).toMatchObject({ status: 0, did: [], cordoned: {} });
    expect(departed({ nodes: {} }, "a")).toMatchObject({ status: 0, did: [] });
  });

  it("take pods again, all of them, when one cannot be emptied: its name and why are said", () => {
    const { status, stderr, did, cordoned } = departed({ ...THREE, drain: `[ "$node" = a ] || { ${BUDGET}; }` }, "b");
    expect({ status, cordoned }).toEqual({ status: 1, cordoned: {} });
    expect(stderr).toContain("c was not drained within 60 seconds");
    expect(did.filter((each) => each.startsWith("uncordon"))).toEqual(["uncordon a", "uncordon c"]);
  });

  it("take pods again when they come back, and no other does", () => {
    const nodes = { a: { cordoned: "removal" }, b: { cordoned: "replacement" }, c: { cordoned: "operator" } };
    expect(departed({ nodes }, "a b c")).toMatchObject({
      did: ["uncordon a", "unmark a"],
      cordoned: { b: "replacement", c: "operator" },
    });
  });

  it("are not waited for where they are dead, or where no node is left", () => {
    expect(departed({ nodes: { a: { dead: true }, b: {} } }, "b")).toMatchObject({ status: 0, did: ["cordon a"] });
    const all = departed({ ...THREE, drain: BUDGET }, "");
    expect(all).toMatchObject({ status: 0, did: ["cordon a", "cordon b", "cordon c"] });
  });
});
