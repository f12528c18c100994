import { BIN } from "./flags/paths";
import { pinnedDigests, Programs } from "./releases";
import { KubernetesVersion, membersJoin, usesCri, versionTag } from "./version";

/** Where the node's binaries come from; all of it is the operator's to change. */
export interface ArtifactSource {
  /** A mirror holding `<host>/<path>` of every upstream URL; undefined: the upstream sites. */
  baseUrl?: string | undefined;
  /** SHA-256 by upstream URL without scheme; takes precedence over the built-in table. */
  sha256: Readonly<Record<string, string>>;
  versions: Readonly<Programs>;
}

/** One download of a node, as its fetch program reads it. */
export interface Artifact {
  url: string;
  sha256: string;
  /** Target path to the archive's member; null: the download is the file itself. */
  install: Record<string, string | null>;
}

/** The upstream file, without scheme, and what of it is installed where. */
interface Upstream {
  file: string;
  install: Record<string, string | null>;
}

const ARCH = "linux-amd64";
const CNI_BIN = "/opt/cni/bin";
const CNI_PLUGINS = ["bridge", "host-local", "loopback", "portmap"];
const CONTAINERD_PROGRAMS = ["containerd", "containerd-shim-runc-v2", "ctr"];

const intoBin = (names: readonly string[], member: (name: string) => string, folder = BIN) =>
  Object.fromEntries(names.map((name) => [`${folder}/${name}`, member(name)]));

const kubernetes = (version: KubernetesVersion, program: string): Upstream => ({
  file: `dl.k8s.io/release/${versionTag(version)}/bin/linux/amd64/${program}`,
  install: { [`${BIN}/${program}`]: null },
});

/** What a control-plane node runs. etcdutl checks and restores snapshots; etcd has it from the release on whose members can join. */
export function controlPlaneUpstream(
  version: KubernetesVersion,
  { versions }: Pick<ArtifactSource, "versions">,
): Upstream[] {
  const etcd = `etcd-v${versions.etcd}-${ARCH}`;
  const programs = ["etcd", "etcdctl", ...(membersJoin(version) ? ["etcdutl"] : [])];
  return [
    {
      file: `github.com/etcd-io/etcd/releases/download/v${versions.etcd}/${etcd}.tar.gz`,
      install: intoBin(programs, (name) => `${etcd}/${name}`),
    },
    ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"].map((name) =>
      kubernetes(version, name),
    ),
  ];
}

/** What a worker runs. Without CRI the container runtime is Docker and comes with the image. */
export function workerUpstream(version: KubernetesVersion, { versions }: Pick<ArtifactSource, "versions">): Upstream[] {
  const programs = ["kubelet", "kube-proxy"].map((name) => kubernetes(version, name));
  if (!usesCri(version)) return programs;
  const github = "github.com";
  return [
    {
      file: `${github}/containerd/containerd/releases/download/v${versions.containerd}/containerd-${versions.containerd}-${ARCH}.tar.gz`,
      install: intoBin(CONTAINERD_PROGRAMS, (name) => `bin/${name}`),
    },
    {
      file: `${github}/opencontainers/runc/releases/download/v${versions.runc}/runc.amd64`,
      install: { [`${BIN}/runc`]: null },
    },
    {
      file: `${github}/containernetworking/plugins/releases/download/v${versions.cniPlugins}/cni-plugins-${ARCH}-v${versions.cniPlugins}.tgz`,
      install: intoBin(CNI_PLUGINS, (name) => name, CNI_BIN),
    },
    ...programs,
  ];
}

const digestOf = (file: string, source: ArtifactSource) => source.sha256[file] ?? pinnedDigests[file];

/** The files of a list for which neither the operator nor the built-in table has a digest. */
export function unpinned(files: readonly Upstream[], source: ArtifactSource): string[] {
  return files.map(({ file }) => file).filter((file) => !digestOf(file, source));
}

/** The downloads of a node. @throws RangeError for a file without digest; validation reports those beforehand. */
export function artifactsOf(files: readonly Upstream[], source: ArtifactSource): Artifact[] {
  const [missing] = unpinned(files, source);
  if (missing) throw new RangeError(`${missing} has no SHA-256`);
  const base = source.baseUrl ? `${source.baseUrl.replace(/\/$/, "")}/` : "https://";
  return files.map(({ file, install }) => ({ url: `${base}${file}`, sha256: digestOf(file, source)!, install }));
}
