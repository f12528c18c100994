import { CONTAINERD_SOCKET } from "../kubernetes/flags/paths";

/** Where pod-network.sh puts the CNI template once it knows the NIC's MTU. */
export const CNI_TEMPLATE = "/etc/containerd/cni.conflist.template";

/** Where containerd writes what it makes of the template, and takes the first file that it finds. */
export const CNI_CONF_DIR = "/etc/cni/net.d";

/**
 * containerd's configuration. `conf_template` is filled with the podCIDR that kubelet hands down from its Node object: what
 * `--configure-cbr0` did.
 * @param containerd its release: from 2.0 on it has version 3 of the format, in which images and runtime are plugins of their own
 */
export function containerdConfig(containerd: string, sandboxImage: string): string {
  const [major = 0] = containerd.split(".").map(Number);
  return major < 2 ? version2(sandboxImage) : version3(sandboxImage);
}

const OOM = `# Never below containerd's own score, which its unit sets to -999: where that is refused, pods still start.
  restrict_oom_score_adj = true`;

/** docs/cri/config.md of containerd 2.3. `bin_dirs` is /opt/cni/bin by default; 2.0 knows it under another name. */
const version3 = (sandboxImage: string) => `version = 3
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "${sandboxImage}"
[plugins."io.containerd.cri.v1.images".registry]
  config_path = "/etc/containerd/certs.d"
[plugins."io.containerd.cri.v1.runtime"]
  ${OOM}
  [plugins."io.containerd.cri.v1.runtime".cni]
    conf_dir = "${CNI_CONF_DIR}"
    conf_template = "${CNI_TEMPLATE}"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      SystemdCgroup = true
`;

/** containerd 1.6 and 1.7. */
const version2 = (sandboxImage: string) => `version = 2
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${sandboxImage}"
  ${OOM}
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "${CNI_CONF_DIR}"
    conf_template = "${CNI_TEMPLATE}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/containerd/certs.d"
`;

/**
 * Bridge and host-local on the node's podCIDR: no overlay, and no masquerading by the plugin (pod-network.sh masquerades
 * what leaves the cluster, and only that). `{{.PodCIDR}}` is containerd's, `@MTU@` is pod-network.sh's.
 */
export function cniConflist(): string {
  const bridge = {
    type: "bridge",
    bridge: "cbr0",
    isGateway: true,
    ipMasq: false,
    hairpinMode: true,
    mtu: "@MTU@",
    ipam: { type: "host-local", ranges: [[{ subnet: "{{.PodCIDR}}" }]], routes: [{ dst: "0.0.0.0/0" }] },
  };
  const conflist = {
    cniVersion: "0.4.0",
    name: "hostroute",
    plugins: [bridge, { type: "portmap", capabilities: { portMappings: true } }],
  };
  return `${JSON.stringify(conflist, undefined, 1).replace('"@MTU@"', "@MTU@")}\n`;
}
