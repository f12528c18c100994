import { CRI_FROM } from "../version";
import { CONTAINERD_SOCKET, KUBELET_CONFIG, kubeconfigPath } from "./paths";
import { DOCUMENT, FlagRow } from "./types";

const BRIDGE = "containerd's CNI conf_template with {{.PodCIDR}}: bridge + host-local on the node's podCIDR";

/** kubelet and kube-proxy. With a kubeconfig beside it `--master` names the same server, as in the 1.4-era document. */
export const workerRows: readonly FlagRow[] = [
  // Gone in 1.5: kubernetes/kubernetes#34906.
  { component: "kubelet", flag: "configure-cbr0", value: () => "true", source: DOCUMENT, until: 5, afterwards: BRIDGE },
  // Without effect in 1.5, gone in 1.6: kubernetes/kubernetes#35523, #43765.
  { component: "kubelet", flag: "reconcile-cidr", value: () => "true", source: DOCUMENT, until: 6, afterwards: BRIDGE },
  { component: "kubelet", flag: "cluster-dns", value: (v) => v.clusterDns, source: DOCUMENT },
  { component: "kubelet", flag: "cluster-domain", value: (v) => v.clusterDomain, source: DOCUMENT },
  {
    component: "kubelet",
    flag: "api-servers",
    value: (v) => v.apiUrl,
    source: "where the API is; the kubeconfig's server from 1.8 on (kubernetes/kubernetes#40050)",
    until: 8,
  },
  { component: "kubelet", flag: "kubeconfig", value: () => kubeconfigPath("kubelet"), source: "client certificate" },
  {
    component: "kubelet",
    flag: "hostname-override",
    value: (v) => v.nodeName,
    source: "the name of the Node object and of the certificate",
  },
  { component: "kubelet", flag: "node-ip", value: (v) => v.hostIp, source: "the host route's next hop", from: 6 },
  {
    component: "kubelet",
    flag: "config",
    value: () => KUBELET_CONFIG,
    source: "everything that is not a flag",
    from: CRI_FROM,
  },
  {
    component: "kubelet",
    flag: "container-runtime-endpoint",
    value: () => `unix://${CONTAINERD_SOCKET}`,
    source: "containerd",
    from: CRI_FROM,
    until: 27,
  },
  { component: "kube-proxy", flag: "master", value: (v) => v.apiUrl, source: DOCUMENT },
  { component: "kube-proxy", flag: "proxy-mode", value: () => "iptables", source: DOCUMENT },
  {
    component: "kube-proxy",
    flag: "kubeconfig",
    value: () => kubeconfigPath("kube-proxy"),
    source: "CA and client certificate",
  },
  { component: "kube-proxy", flag: "hostname-override", value: (v) => v.nodeName, source: "finds its node" },
  {
    component: "kube-proxy",
    flag: "cluster-cidr",
    value: (v) => v.clusterCidr,
    source: "tells pods' traffic from others'",
  },
];
