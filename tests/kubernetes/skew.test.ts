import { byRelease, known, Running, RunningProgram, skewWarning } from "../../components/kubernetes/skew";

/** Programs by their versions, named in their order. */
const programs = (kind: string, versions: readonly string[]): RunningProgram[] =>
  versions.map((version, n) => ({ name: `${kind}-${n}`, version }));
const running = (servers: readonly string[], kubelets: readonly string[]): Running => ({
  apiServers: programs("cp", servers),
  complete: true,
  kubelets: programs("worker", kubelets),
});

it.each<[string, string[], string[]]>([
  ["everything is of one release", ["v1.36.3", "v1.36.3"], ["v1.36.3"]],
  ["patches alone differ", ["v1.36.1", "v1.36.3"], ["v1.36.4", "v1.36.0"]],
  ["there are no workers", ["v1.36.3"], []],
  ["nothing is known", [], ["v1.36.3"]],
  ["a node has not said what it is", ["v1.36.3"], ["unknown"]],
])("has nothing to say where %s", (_what, servers, kubelets) => {
  expect(skewWarning(running(servers, kubelets))).toBeUndefined();
});

it("says of an upgrade that has not ended what runs where, and that it may go on", () => {
  expect(skewWarning(running(["v1.36.3", "v1.35.6", "v1.36.3"], ["v1.35.6", "v1.35.6"]))).toBe(
    [
      "The cluster runs more than one minor release of Kubernetes.",
      "  API servers: 1.35.6 (cp-1), 1.36.3 (cp-0, cp-2)",
      "  Kubelets: 1.35.6 (worker-0, worker-1)",
      "  If an upgrade has not ended, pulumi up goes on with it.",
    ].join("\n"),
  );
});

it.each<[string, string[], string[], RegExp[]]>([
  [
    "a kubelet newer than the oldest API server",
    ["1.35.6", "1.36.3"],
    ["1.36.3", "1.35.6"],
    [/newer .*: 1\.36\.3 \(worker-0\)\./],
  ],
  ["a kubelet four releases older", ["1.36.3"], ["1.33.0", "1.32.9"], [/so much older .*: 1\.32\.9 \(worker-1\)\./]],
  ["one before 1.25 three releases older", ["1.27.0"], ["1.24.1"], [/so much older/]],
  ["API servers two releases apart", ["1.34.1", "1.36.3"], [], [/API servers more than one minor release apart\./]],
])("says that Kubernetes does not support %s", (_what, servers, kubelets, said) => {
  const warning = skewWarning(running(servers, kubelets));
  expect(warning!.match(/Kubernetes does not support/g)).toHaveLength(said.length);
  for (const each of said) expect(warning).toMatch(each);
});

it.each([
  ["1.36.3", "1.33.1"],
  ["1.27.0", "1.25.1"],
  ["1.26.0", "1.24.1"],
])("knows that %s takes a kubelet of %s", (server, kubelet) => {
  expect(skewWarning(running([server], [kubelet]))).not.toContain("does not support");
});

it("names of many the first five", () => {
  const all = known(programs("w", ["v1.36.3+build", ...Array.from({ length: 6 }, () => "v1.35.6")]));
  expect(byRelease(all)).toBe("1.35.6 (w-1, w-2, w-3, w-4, w-5 and 1 more), 1.36.3 (w-0)");
});
