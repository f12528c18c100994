import { describeUnits } from "./describeUnits";

const unit = (name: string) => `hostroute-${name}`;
const early = ["packages", "fetch", "kernel", "pod-network"].map(unit);
const work = [...early, ...["resolv-conf", "learn-routes"].map(unit)];
describeUnits("worker", ["containerd", "kubelet", "kube-proxy"], work, {
  containerd: early,
  kubelet: work,
  "kube-proxy": early,
});
