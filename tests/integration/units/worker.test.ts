import { describeUnits } from "./describeUnits";

const work = ["packages", "fetch", "kernel", "pod-network", "resolv-conf"].map((name) => `hostroute-${name}`);
const early = work.filter((name) => name !== "hostroute-resolv-conf");
describeUnits("worker", ["containerd", "kubelet", "kube-proxy"], work, {
  containerd: early,
  kubelet: work,
  "kube-proxy": early,
});
