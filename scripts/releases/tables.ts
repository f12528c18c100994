import * as yaml from "yaml";

/** Digests by file: its URL at the upstream site, without scheme. */
export type Digests = Readonly<Record<string, string>>;

const ARCH = "linux-amd64";
const github = (repository: string, tag: string, file: string) =>
  `github.com/${repository}/releases/download/${tag}/${file}`;

/** Names of upstream files as the program downloads them. */
export const upstream = {
  kubernetes: (version: string, program: string) => `dl.k8s.io/release/v${version}/bin/linux/amd64/${program}`,
  etcd: (version: string) => github("etcd-io/etcd", `v${version}`, `etcd-v${version}-${ARCH}.tar.gz`),
  containerd: (version: string) =>
    github("containerd/containerd", `v${version}`, `containerd-${version}-${ARCH}.tar.gz`),
  runc: (version: string) => github("opencontainers/runc", `v${version}`, "runc.amd64"),
  cniPlugins: (version: string) =>
    github("containernetworking/plugins", `v${version}`, `cni-plugins-${ARCH}-v${version}.tgz`),
};

/** One file of kOps' pkg/assets/assetdata: a site, and paths below it. */
export function kopsDigests(text: string): Digests {
  const { filestores, files } = yaml.parse(text) as {
    filestores: { base: string }[];
    files: { name: string; sha256: string }[];
  };
  const [site] = filestores;
  if (!site || filestores.length > 1)
    throw new Error("kOps' table is of another form: it does not have one file store");
  const base = site.base.replace("https://", "");
  return Object.fromEntries(files.map(({ name, sha256 }) => [`${base}${name}`, sha256]));
}

/** Kubespray's sections, each with digests by processor and version. */
const SECTIONS: Record<string, (version: string) => string> = {
  kubelet_checksums: (version) => upstream.kubernetes(version, "kubelet"),
  kubectl_checksums: (version) => upstream.kubernetes(version, "kubectl"),
  etcd_binary_checksums: upstream.etcd,
  containerd_archive_checksums: upstream.containerd,
  runc_checksums: upstream.runc,
  cni_binary_checksums: upstream.cniPlugins,
};

/** Kubespray's roles/kubespray_defaults/vars/main/checksums.yml. */
export function kubesprayDigests(text: string): Digests {
  // A version of two numbers would be read as a number otherwise.
  const table = yaml.parse(text, { schema: "failsafe" }) as Record<string, { amd64?: Record<string, string> }>;
  const entries = Object.entries(SECTIONS).flatMap(([section, fileOf]) => {
    const digests = table[section]?.amd64;
    if (!digests) throw new Error(`Kubespray's table is of another form: it has no ${section} for amd64`);
    return Object.entries(digests).map(([version, digest]) => [fileOf(version), digest.replace(/^sha256:/, "")]);
  });
  return Object.fromEntries(entries) as Digests;
}

/** Chromebrew's packages/etcd.rb: one version. */
export function chromebrewDigests(text: string): Digests {
  const version = /^ {2}version '(.+)'$/m.exec(text)?.[1];
  const digest = /^ {2}source_sha256 '(.+)'$/m.exec(text)?.[1];
  if (!version || !digest)
    throw new Error("Chromebrew's package is of another form: it states no version and source_sha256");
  return { [upstream.etcd(version)]: digest };
}

/** What kubeadm deploys beside its own release: cmd/kubeadm/app/constants/constants.go. */
export function kubeadmConstants(text: string): { etcd: string; coredns: string; pause: string } {
  const constant = (name: string) => {
    const value = new RegExp(`^\\s*${name} = "v?([\\d.]+)(?:-\\d+)?"$`, "m").exec(text)?.[1];
    if (!value) throw new Error(`kubeadm's constants are of another form: there is no ${name}`);
    return value;
  };
  return { etcd: constant("DefaultEtcdVersion"), coredns: constant("CoreDNSVersion"), pause: constant("PauseVersion") };
}
