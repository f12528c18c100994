import * as yaml from "yaml";
import { addressAt, parseCidr } from "../addressing/ipv4";
import { NodeRanges } from "../addressing/subnetLayout";
import { Artifact } from "../kubernetes/artifacts";
import { KUBELET_CONFIG, kubeconfigPath, pki } from "../kubernetes/flags/paths";
import { RenderOptions, renderFlags } from "../kubernetes/flags/render";
import { FlagValues } from "../kubernetes/flags/types";
import { renderNodeKubeconfig } from "../kubernetes/kubeconfig";
import { kubeletConfig } from "../kubernetes/kubeletConfig";
import { WorkerCredentials } from "../pki/credentials";
import { commonFiles, FETCH, LIB, script } from "./common";
import { cniConflist, containerdConfig } from "./containerd";
import { ownFiles, renewalFiles } from "./credentials";
import { NodeContent, NodeFile, renderCloudConfig } from "./document";
import { ownPortsFile } from "./ownPorts";
import { RESOLV_CONF, RESOLV_CONF_SERVICE, resolvConfFiles } from "./resolvConf";
import { routeFiles } from "./routes";
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
  /** Where nodes stand, now or later. */
  nodes: NodeRanges;
  /** What else is to see pods' own addresses: it knows the way back. */
  nonMasqueradeCidrs: readonly string[];
  /** The balancer before the API, where it is known by address. */
  balancer?: string | undefined;
  /** The image of the pod sandbox; a mirror's where the upstream registry is out of reach. */
  sandboxImage: string;
}

/** User-data of a worker: a pure function of plain values. */
export function workerUserData(args: WorkerUserData): string {
  const { values, options, credentials, artifacts, extraFiles, cri } = args;
  const runtime = cri
    ? ["hostroute-pod-network.service", RESOLV_CONF_SERVICE, "containerd.service"]
    : ["docker.service"];
  const kubeconfig = (user: string, name: string): NodeFile => ({
    path: kubeconfigPath(user),
    content: renderNodeKubeconfig(name, values.apiUrl, user),
  });
  return renderCloudConfig({
    hostname: values.nodeName,
    contents: [
      { path: "/etc/modules-load.d/hostroute.conf", content: "overlay\nbr_netfilter\nnf_conntrack\n" },
      { path: "/etc/sysctl.d/90-hostroute.conf", content: SYSCTLS },
      ...(cri ? podNetworkFiles(args) : []),
      ...routeFiles(values, args.podCidr),
      ...commonFiles(artifacts),
      { path: pki("ca.crt"), content: credentials.ca },
      ...ownFiles(credentials.own),
      kubeconfig("kubelet", `system:node:${values.nodeName}`),
      kubeconfig("kube-proxy", "system:kube-proxy"),
      ...(cri ? containerdFiles(args) : []),
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
        // Never before what keeps the node's own ports out of its reach.
        requires: [FETCH, ...(cri ? ["hostroute-pod-network.service"] : [])],
        command: [program("kube-proxy"), ...renderFlags("kube-proxy", values, options)],
      }),
      ...renewalFiles({ server: values.apiUrl, node: values.nodeName, client: "kubelet", restart: ["kubelet"] }),
      ...extraFiles,
    ],
  });
}

/** What stands in for `--configure-cbr0` and `--reconcile-cidr`, with containerd: the bridge, its rules, and its CNI template. */
function podNetworkFiles({ values, podCidr, nodes, nonMasqueradeCidrs, balancer }: WorkerUserData): NodeContent[] {
  const { clusterCidr, serviceCidr } = values;
  // The node subnet is not among them as a whole: Neutron's DHCP and DNS ports, the router and other machines there know no pods.
  const keep = [clusterCidr, serviceCidr, ...nodes.workers, ...nodes.controlPlane, ...nonMasqueradeCidrs];
  const environment = {
    POD_CIDR: podCidr,
    POD_GATEWAY: addressAt(parseCidr(podCidr), 1),
    NON_MASQUERADE: `"${keep.join(" ")}"`,
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
    ownPortsFile({ ranges: nodes, balancer }),
    { path: "/etc/hostroute/cni.conflist", content: cniConflist() },
    oneshotUnit("hostroute-pod-network", "Routed pod network of this node", `${LIB}/pod-network.sh`),
    ...resolvConfFiles(),
  ];
}

/** containerd, and kubelet's configuration, which names it. */
function containerdFiles({ sandboxImage, values, options }: WorkerUserData): NodeContent[] {
  const { nodeMask } = values;
  const kubelet = kubeletConfig({ release: options.release, nodeMask, resolvConf: RESOLV_CONF });
  return [
    { path: "/etc/containerd/config.toml", content: containerdConfig(sandboxImage) },
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
    { path: KUBELET_CONFIG, content: yaml.stringify(kubelet) },
  ];
}

const SYSCTLS = `# Pods are routed through the node, and kube-proxy must see what crosses the bridge.
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
`;
