import { pinnedFiles, releaseSets } from "./releaseTable";
import { KubernetesVersion, parseKubernetesVersion } from "./version";

/** The release of Kubernetes where a configuration names none: one of the table's. */
export const DEFAULT_RELEASE: (typeof releaseSets)[number]["kubernetes"] = "1.36.3";

/** The programs on nodes beside Kubernetes' own, by their releases. */
export interface Programs {
  etcd: string;
  containerd: string;
  runc: string;
  cniPlugins: string;
}

/** Images that the cluster itself needs. */
export interface ClusterImages {
  /** Of the pod sandbox. */
  sandbox: string;
  coredns: string;
}

/** SHA-256 of upstream files by URL without scheme. */
export const pinnedDigests: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(pinnedFiles).map(([file, { sha256 }]) => [file, sha256]),
);

/**
 * The table's set for a release: its own; else that of the newest release of its minor; else, beyond either end of the table, of the
 * nearest one.
 */
export function setOf({ minor, patch }: KubernetesVersion) {
  const sets = releaseSets.map((set) => ({ set, version: parseKubernetesVersion(set.kubernetes) }));
  const own = sets.find(({ version }) => version.minor === minor && version.patch === patch);
  const nearest = sets.find(({ version }) => version.minor <= minor) ?? sets.at(-1)!;
  return (own ?? nearest).set;
}

/** The programs that belong to a release. */
export function programsOf(release: KubernetesVersion): Programs {
  const { etcd, containerd, runc, cniPlugins } = setOf(release);
  return { etcd, containerd, runc, cniPlugins };
}

/** The images that belong to a release, at their upstream registry. */
export function imagesOf(release: KubernetesVersion): ClusterImages {
  const { pause, coredns } = setOf(release);
  return {
    sandbox: `registry.k8s.io/pause:${pause}`,
    coredns: `registry.k8s.io/coredns/coredns:v${coredns}`,
  };
}
