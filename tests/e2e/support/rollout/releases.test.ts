import { Sample, stages, withNewerKubelet } from "../../../../e2e/support/rollout/releases";

const sample = (servers: string[], kubelets: string[]): Sample => ({
  apiServers: servers.map((version, n) => ({ name: `cp-${n}`, version })),
  kubelets: kubelets.map((version, n) => ({ name: `w-${n}`, version })),
});
const OLD = sample(["v1.35.6", "v1.35.6"], ["v1.35.6"]);
const MIXED = sample(["v1.36.3", "v1.35.6"], ["v1.35.6"]);
const AWAY = sample([], ["v1.35.6"]);
const HALF = sample(["v1.36.3"], ["v1.35.6", "v1.36.3"]);

it("says each stage once, and passes over samples in which somebody did not answer", () => {
  expect(stages([OLD, OLD, MIXED, AWAY, MIXED, HALF])).toEqual([
    "API servers 1.35, kubelets 1.35",
    "API servers 1.35+1.36, kubelets 1.35",
    "API servers 1.36, kubelets 1.35+1.36",
  ]);
});

it("finds a kubelet newer than the oldest API server, and no newer patch", () => {
  const wrong = sample(["v1.36.3", "v1.35.6"], ["v1.35.6", "v1.36.3"]);
  expect(withNewerKubelet([OLD, wrong, HALF, AWAY, sample(["v1.36.1"], ["v1.36.3"])])).toEqual([wrong]);
});
