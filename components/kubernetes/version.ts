import { releaseSets } from "./releaseTable";

/** A Kubernetes release; the major number is 1. */
export interface KubernetesVersion {
  minor: number;
  patch: number;
}

/** The newest release of a minor that the program pins: what `1.36` without a patch number means. The table has the newest first. */
const pinnedPatch = (minor: number) =>
  releaseSets.map(({ kubernetes }) => kubernetes.split(".").map(Number)).find(([, of]) => of === minor)?.[2];

/** Reads `1.36.3`, `v1.36.3` or `1.36`. @throws RangeError for anything else. */
export function parseKubernetesVersion(text: string): KubernetesVersion {
  const match = /^v?1\.(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new RangeError(`${text} is not a Kubernetes release: write it like 1.36.3`);
  const minor = Number(match[1]);
  return { minor, patch: match[2] === undefined ? (pinnedPatch(minor) ?? 0) : Number(match[2]) };
}

/** The first minor release whose kubelet needs a container runtime behind CRI: dockershim, which made `cbr0`, went in 1.24. */
export const CRI_FROM = 24;

/** The first minor release whose API server has the admission plugin PodSecurity by default; alpha in 1.22. */
export const POD_SECURITY_FROM = 23;

/** The first minor release whose API server answers health probes without a certificate, and nothing else (KEP-4633). */
export const ANONYMOUS_PROBES_FROM = 32;

/** The first minor release whose etcd is 3.5 (kubeadm's constants.go): new members join as learners, and lists of members are a majority's. */
export const MEMBERS_JOIN_FROM = 22;

/** Whether members of a running etcd can come and go. */
export const membersJoin = ({ minor }: KubernetesVersion): boolean => minor >= MEMBERS_JOIN_FROM;

/** Whether a control plane's servers can be replaced: the others have etcd's data, and a new one joins them. */
export const replaceable = ({
  release,
  plan,
}: {
  release: KubernetesVersion;
  plan: { controlPlane: readonly unknown[] };
}) => membersJoin(release) && plan.controlPlane.length > 1;

/** Whether kubelet talks to containerd by CRI, and CNI makes the pod bridge. */
export const usesCri = ({ minor }: KubernetesVersion): boolean => minor >= CRI_FROM;

/** A release as a running program says it, with whatever its builder added: `v1.36.3`, `v1.36.3+k3s1`. Undefined: it says something else. */
export function reportedVersion(text: string): KubernetesVersion | undefined {
  const match = /^v?1\.(\d+)\.(\d+)/.exec(text);
  return match ? { minor: Number(match[1]), patch: Number(match[2]) } : undefined;
}

/** The release as people write it: `1.36.3`. */
export const versionText = ({ minor, patch }: KubernetesVersion): string => `1.${minor}.${patch}`;

/** The release as tags and URLs have it: `v1.36.3`. */
export const versionTag = (release: KubernetesVersion): string => `v${versionText(release)}`;
