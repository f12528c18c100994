import { KubernetesVersion, reportedVersion, versionText } from "./version";

/** A program of Kubernetes on a node. */
export interface RunningProgram {
  /** The node, or who it is as far as that is known. */
  name: string;
  /** As it says itself: `v1.34.1`. */
  version: string;
}

/** Which releases a cluster runs, as its API says. */
export interface Running {
  apiServers: RunningProgram[];
  /** Whether these are all API servers that there are. */
  complete: boolean;
  kubelets: RunningProgram[];
}

/** A program whose release is known. */
export type Known = RunningProgram & { release: KubernetesVersion };

/** Those whose release is known, oldest first. */
export const known = (programs: readonly RunningProgram[]): Known[] =>
  programs
    .flatMap((program) => {
      const release = reportedVersion(program.version);
      return release ? [{ ...program, release }] : [];
    })
    .sort((a, b) => a.release.minor - b.release.minor || a.release.patch - b.release.patch);

/** How many minor releases a kubelet may be older than an API server (https://kubernetes.io/releases/version-skew-policy/). */
export const kubeletsBehind = ({ minor }: KubernetesVersion): number => (minor < 25 ? 2 : 3);

/** Programs by their releases: `1.36.3 (dev-worker-0, dev-worker-1)`. */
export function byRelease(programs: readonly Known[]): string {
  const names = new Map<string, string[]>();
  for (const { name, release } of programs) {
    const text = versionText(release);
    names.set(text, [...(names.get(text) ?? []), name]);
  }
  return [...names].map(([release, on]) => `${release} (${some(on)})`).join(", ");
}

const MANY = 5;
/** Names, of many the first ones. */
const some = (names: readonly string[]) =>
  names.length > MANY ? `${names.slice(0, MANY).join(", ")} and ${names.length - MANY} more` : names.join(", ");

/** What there is to say of a cluster whose programs are of different minor releases; undefined where they are not. */
export function skewWarning({ apiServers, kubelets }: Running): string | undefined {
  const [servers, nodes] = [known(apiServers), known(kubelets)];
  const [oldest, newest] = [servers[0], servers.at(-1)];
  if (!oldest || !newest) return undefined;
  const minors = new Set([...servers, ...nodes].map(({ release }) => release.minor));
  if (minors.size === 1) return undefined;
  const newer = nodes.filter(({ release }) => release.minor > oldest.release.minor);
  const older = nodes.filter(({ release }) => release.minor < newest.release.minor - kubeletsBehind(release));
  const problems = [
    ...(newest.release.minor > oldest.release.minor + 1 ? ["API servers more than one minor release apart"] : []),
    ...(newer.length > 0 ? [`a kubelet newer than an API server: ${byRelease(newer)}`] : []),
    ...(older.length > 0 ? [`a kubelet so much older than an API server: ${byRelease(older)}`] : []),
  ];
  const lines = [
    "The cluster runs more than one minor release of Kubernetes.",
    `  API servers: ${byRelease(servers)}`,
    ...(nodes.length > 0 ? [`  Kubelets: ${byRelease(nodes)}`] : []),
    ...problems.map((problem) => `  Kubernetes does not support ${problem}.`),
    "  If an upgrade has not ended, pulumi up goes on with it.",
  ];
  return lines.join("\n");
}
