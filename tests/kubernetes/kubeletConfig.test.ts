import { kubeletConfig, maxPods } from "../../components/kubernetes/kubeletConfig";

it.each([
  [30, 1],
  [29, 5],
  [28, 13],
  [27, 29],
  [26, 61],
  [25, 110],
  [24, 110],
  [8, 110],
])(
  "lets a node with a /%i have %i pods: one for each address that is neither the range's first or last nor the bridge's",
  (nodeMask, pods) => expect(maxPods(nodeMask)).toBe(pods),
);

const config = (minor: number) => kubeletConfig({ release: { minor, patch: 0 }, nodeMask: 26, resolvConf: "/r" });

it("bounds what pods can take of their node", () => {
  const { podPidsLimit, systemReserved, kubeReserved, maxPods: pods } = config(34);
  expect({ podPidsLimit, pods }).toEqual({ podPidsLimit: 4096, pods: 61 });
  for (const reserved of [systemReserved, kubeReserved])
    expect(reserved).toEqual({ cpu: "100m", memory: "256Mi", pid: "1000" });
  // One threshold by name would switch the defaults of all others off.
  expect(config(34)).not.toHaveProperty("evictionHard");
});

it("confines pods by seccomp in every release that can without a feature gate", () => {
  expect(config(24)).not.toHaveProperty("seccompDefault");
  for (const minor of [25, 34, 40]) expect(config(minor)).toMatchObject({ seccompDefault: true });
});

it("starts on a node with cgroup v1, also where kubelet would refuse", () => {
  expect(config(34)).not.toHaveProperty("failCgroupV1");
  for (const minor of [35, 36, 40]) expect(config(minor)).toMatchObject({ failCgroupV1: false });
});
