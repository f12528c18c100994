import * as yaml from "yaml";
import { addressAt, parseCidr } from "../addressing/ipv4";
import { Artifact } from "../kubernetes/artifacts";
import { CONTAINERD_SOCKET, KUBELET_CONFIG, kubeconfigPath, pki } from "../kubernetes/flags/paths";
import { RenderOptions, renderFlags } from "../kubernetes/flags/render";
import { FlagValues } from "../kubernetes/flags/types";
import { renderNodeKubeconfig } from "../kubernetes/kubeconfig";
import { WorkerCredentials } from "../pki/credentials";
import { commonFiles, FETCH, LIB, script } from "./common";
import { cniConflist, containerdConfig } from "./containerd";
import { ownFiles, RENEW, renewalFiles } from "./credentials";
import { NodeFile, renderCloudConfig } from "./document";
import { LEARN_ROUTES, routeFiles } from "./routes";
import { oneshotUnit, program, serviceUnit } from "./units";

export interface WorkerUserData {
  values: FlagValues;
  options: RenderOptions;
  credentials: WorkerCredentials;
  artifacts: readonly Artifact[];
  extraFiles: readonly NodeFile[];
  /** Whether containerd runs the pods and CNI connects them; else the image's Docker does, and kubelet makes the bridge (`cbr0`). */
  cri: boolean;
  podCidr: string;
  nodeCidr: string;
  /** The image of the pod sandbox; a mirror's where the upstream registry is out of reach. */
  sandboxImage: string;
}

/** User-data of a worker: a pure function of plain values. */
export function workerUserData(args: WorkerUserData): string {
  const { values, options, credentials, artifacts, extraFiles, cri } = args;
  const runtime = cri ? ["hostroute-pod-network.service", "containerd.service"] : ["docker.service"];
  const kubeconfig = (user: string, name: string): NodeFile => ({
    path: kubeconfigPath(user),
    content: renderNodeKubeconfig(name, values.apiUrl, user),
  });
  return renderCloudConfig({
    hostname: values.nodeName,
    files: [
      ...commonFiles(artifacts),
      { path: "/etc/modules-load.d/hostroute.conf", content: "overlay\nbr_netfilter\nnf_conntrack\n" },
      { path: "/etc/sysctl.d/90-hostroute.conf", content: SYSCTLS },
      ...routeFiles(values, args.podCidr),
      { path: pki("ca.crt"), content: credentials.ca },
      ...ownFiles(credentials.own),
      ...renewalFiles({ server: values.apiUrl, node: values.nodeName, client: "kubelet", restart: ["kubelet"] }),
      kubeconfig("kubelet", `system:node:${values.nodeName}`),
      kubeconfig("kube-proxy", "system:kube-proxy"),
      ...(cri ? criFiles(args) : []),
      serviceUnit({
        name: "kubelet",
        description: "Kubernetes node agent",
        requires: [FETCH, ...runtime],
        command: [program("kubelet"), ...renderFlags("kubelet", values, options)],
        settings: [
          `ExecStartPre=${LIB}/wait-for-node.py ${values.apiUrl} ${values.nodeName} ${args.podCidr}`,
          "TimeoutStartSec=0",
          "KillMode=process",
          "Delegate=yes",
        ],
      }),
      script("wait-for-node.py"),
      serviceUnit({
        name: "kube-proxy",
        description: "Kubernetes services on the node",
        requires: [FETCH],
        command: [program("kube-proxy"), ...renderFlags("kube-proxy", values, options)],
      }),
      ...extraFiles,
    ],
    units: [
      ...(cri ? ["hostroute-pod-network"] : []),
      LEARN_ROUTES,
      "hostroute-fetch",
      ...(cri ? ["containerd"] : []),
      "kubelet",
      "kube-proxy",
      RENEW,
    ],
  });
}

/** What takes the place of `--configure-cbr0` and `--reconcile-cidr`: bridge, CNI, containerd, kubelet's configuration. */
function criFiles({ values, podCidr, nodeCidr, sandboxImage }: WorkerUserData): NodeFile[] {
  const environment = {
    POD_CIDR: podCidr,
    POD_GATEWAY: addressAt(parseCidr(podCidr), 1),
    CLUSTER_CIDR: values.clusterCidr,
    SERVICE_CIDR: values.serviceCidr,
    NODE_CIDR: nodeCidr,
    HOST_IP: values.hostIp,
  };
  return [
    script("pod-network.sh"),
    {
      path: "/etc/hostroute/pod-network.env",
      content: Object.entries(environment)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
    },
    { path: "/etc/hostroute/cni.conflist", content: cniConflist() },
    { path: "/etc/containerd/config.toml", content: containerdConfig(sandboxImage) },
    oneshotUnit("hostroute-pod-network", "Routed pod network of this node", `${LIB}/pod-network.sh`),
    serviceUnit({
      name: "containerd",
      description: "Container runtime",
      requires: [FETCH, "hostroute-pod-network.service"],
      command: ["/usr/local/bin/containerd"],
      settings: [
        "Type=notify",
        "Delegate=yes",
        "KillMode=process",
        "LimitNOFILE=1048576",
        "TasksMax=infinity",
        "OOMScoreAdjust=-999",
      ],
    }),
    { path: KUBELET_CONFIG, content: yaml.stringify(KUBELET) },
  ];
}

const SYSCTLS = `# Pods are routed through the node, and kube-proxy must see what crosses the bridge.
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
`;

const KUBELET = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: pki("ca.crt") } },
  authorization: { mode: "Webhook" },
  tlsCertFile: pki("kubelet.crt"),
  tlsPrivateKeyFile: pki("kubelet.key"),
  cgroupDriver: "systemd",
  containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
  // Where pod-network.sh has put a link to the node's real name servers.
  resolvConf: "/etc/hostroute/resolv.conf",
  failSwapOn: false,
  readOnlyPort: 0,
  serializeImagePulls: false,
};
