import * as yaml from "yaml";
import { NodeRanges } from "../addressing/subnetLayout";
import { Artifact } from "../kubernetes/artifacts";
import { KUBELET_CONFIG, kubeconfigPath, pki } from "../kubernetes/flags/paths";
import { RenderOptions, renderFlags } from "../kubernetes/flags/render";
import { FlagValues } from "../kubernetes/flags/types";
import { renderNodeKubeconfig } from "../kubernetes/kubeconfig";
import { kubeletConfig } from "../kubernetes/kubeletConfig";
import { WorkerCredentials } from "../pki/credentials";
import { commonFiles, FETCH, PACKAGES } from "./common";
import { containerdConfig } from "./containerd";
import { ownFiles, renewalFiles } from "./credentials";
import { LIB, NodeContent, NodeFile, renderCloudConfig, script } from "./document";
import { KERNEL, kernelFiles } from "./kernel";
import { POD_NETWORK, podNetworkFiles } from "./podNetwork";
import { RESOLV_CONF, RESOLV_CONF_SERVICE, resolvConfFiles } from "./resolvConf";
import { routeFiles, ROUTES } from "./routes";
import { program, serviceUnit } from "./units";

export interface WorkerUserData {
  values: FlagValues;
  options: RenderOptions;
  credentials: WorkerCredentials;
  artifacts: readonly Artifact[];
  extraFiles: readonly NodeFile[];
  /** Whether containerd runs the pods and CNI connects them; else the image's Docker does, and kubelet makes the bridge (`cbr0`). */
  cri: boolean;
  podCidr: string;
  /** Where nodes stand, now or later. */
  nodes: NodeRanges;
  /** Whether the stack publishes the route plan, for what DHCP does not bring. */
  readsPlan: boolean;
  /** What else is to see pods' own addresses: it knows the way back. */
  nonMasqueradeCidrs: readonly string[];
  /** The balancer before the API, where it is known by address. */
  balancer?: string | undefined;
  /** containerd's release. */
  containerd: string;
  /** The image of the pod sandbox; a mirror's where the upstream registry is out of reach. */
  sandboxImage: string;
}

/** User-data of a worker: a pure function of plain values. */
export function workerUserData(args: WorkerUserData): string {
  const { values, options, credentials, artifacts, extraFiles, cri } = args;
  const runtime = cri ? [POD_NETWORK, RESOLV_CONF_SERVICE, "containerd.service"] : [PACKAGES, KERNEL, "docker.service"];
  const plan = args.readsPlan ? { server: values.apiUrl, client: "kubelet" as const } : undefined;
  const kubeconfig = (user: string, name: string): NodeFile => ({
    path: kubeconfigPath(user),
    content: renderNodeKubeconfig(name, values.apiUrl, user),
  });
  return renderCloudConfig({
    hostname: values.nodeName,
    contents: [
      ...kernelFiles(),
      ...(cri ? [...podNetworkFiles(args), ...resolvConfFiles()] : []),
      ...routeFiles({ values, workers: args.nodes.workers, podCidr: args.podCidr, plan }),
      ...commonFiles(artifacts),
      { path: pki("ca.crt"), content: credentials.ca },
      ...ownFiles(credentials.own),
      kubeconfig("kubelet", `system:node:${values.nodeName}`),
      kubeconfig("kube-proxy", "system:kube-proxy"),
      ...(cri ? containerdFiles(args) : []),
      serviceUnit({
        name: "kubelet",
        description: "Kubernetes node agent",
        // A node's first pod finds all others: what DHCP does not bring as well.
        needs: [FETCH, ...runtime, ...(plan ? [ROUTES] : [])],
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
        // Never before what keeps the node's own ports out of its reach.
        needs: [FETCH, ...(cri ? [POD_NETWORK] : [PACKAGES, KERNEL])],
        command: [program("kube-proxy"), ...renderFlags("kube-proxy", values, options)],
      }),
      ...renewalFiles({
        server: values.apiUrl,
        node: values.nodeName,
        own: credentials.own,
        client: "kubelet",
        restart: ["kubelet"],
        trusting: ["kubelet", "kube-proxy"],
      }),
    ],
    extraFiles,
  });
}

/** containerd, and kubelet's configuration, which names it. */
function containerdFiles({ containerd, sandboxImage, values, options }: WorkerUserData): NodeContent[] {
  const { nodeMask } = values;
  const kubelet = kubeletConfig({ release: options.release, nodeMask, resolvConf: RESOLV_CONF });
  return [
    { path: "/etc/containerd/config.toml", content: containerdConfig(containerd, sandboxImage) },
    serviceUnit({
      name: "containerd",
      description: "Container runtime",
      needs: [FETCH, POD_NETWORK],
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
    { path: KUBELET_CONFIG, content: yaml.stringify(kubelet) },
  ];
}
