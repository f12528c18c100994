import { pki, CONTAINERD_SOCKET } from "./flags/paths";
import { KubernetesVersion } from "./version";

export interface KubeletConfigArgs {
  release: KubernetesVersion;
  /** Prefix length of the node's podCIDR. */
  nodeMask: number;
  /** File with the name servers that pods inherit. */
  resolvConf: string;
}

/** Kubernetes' own limit for a node that is not tuned for more (kubernetes.io/docs/setup/best-practices/cluster-large). */
const MOST_PODS = 110;

/** Before it, `seccompDefault` is refused without a feature gate (KEP-2413). */
const SECCOMP_DEFAULT_FROM = 25;

/** From it on, kubelet refuses a node with cgroup v1 unless told (kubernetes/kubernetes#134298). */
const CGROUP_V1_REFUSED_FROM = 35;

/** How many pods a podCIDR has addresses for: all but its first and last, and the bridge's. At most Kubernetes' own default. */
export const maxPods = (nodeMask: number): number => Math.min(MOST_PODS, 2 ** (32 - nodeMask) - 3);

/** The KubeletConfiguration of a worker: everything that is not a flag. A pod that runs wild hits a limit before the node does. */
export const kubeletConfig = ({ release, nodeMask, resolvConf }: KubeletConfigArgs) => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: pki("ca.crt") } },
  authorization: { mode: "Webhook" },
  tlsCertFile: pki("kubelet.crt"),
  tlsPrivateKeyFile: pki("kubelet.key"),
  cgroupDriver: "systemd",
  containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
  resolvConf,
  failSwapOn: false,
  readOnlyPort: 0,
  serializeImagePulls: false,
  maxPods: maxPods(nodeMask),
  // Of the 32,768 that a kernel has by default: more than any well-behaved pod needs, and no pod takes them all.
  podPidsLimit: 4_096,
  // What all pods together leave to the node (they are in one cgroup with this limit): sshd and systemd, kubelet and containerd.
  systemReserved: { cpu: "100m", memory: "256Mi", pid: "1000" },
  kubeReserved: { cpu: "100m", memory: "256Mi", pid: "1000" },
  // No `evictionHard`: whoever names one signal switches the defaults of all others off (KubeletConfiguration, mergeDefaultEvictionSettings).
  // A node that was short of something takes pods again after a minute instead of five.
  evictionPressureTransitionPeriod: "1m",
  ...(release.minor >= SECCOMP_DEFAULT_FROM ? { seccompDefault: true } : {}),
  // Images are the operator's: one with cgroup v1, deprecated but not gone, must not keep an upgraded node from coming up.
  ...(release.minor >= CGROUP_V1_REFUSED_FROM ? { failCgroupV1: false } : {}),
});
