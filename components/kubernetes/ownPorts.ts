/**
 * TCP ports that a worker itself listens on, on all addresses or on loopback: kubelet and kube-proxy at their defaults (the
 * program renders no other), and SSH. Not the control plane's: that has no kube-proxy, so no Service reaches it.
 * Source: kubernetes pkg/cluster/ports/ports.go.
 */
export const WORKER_PORTS = {
  ssh: 22,
  "kubelet-healthz": 10248,
  "kube-proxy-metrics": 10249,
  kubelet: 10250,
  "kube-proxy-healthz": 10256,
} as const;

/** Those of them that lie in a range, both ends included, by name. */
export function workerPortsIn([first, last]: readonly [first: number, last: number]): [name: string, port: number][] {
  return Object.entries(WORKER_PORTS).filter(([, port]) => port >= first && port <= last);
}
