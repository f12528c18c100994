import type { Subject, Subjects } from "./subjects";

/** What the program says. */
export interface OnlyServerArgs {
  /** The node that is there in any control plane. */
  node: string;
  /** What a server of it would be made with now. */
  wanted: Subjects;
  /** Whether it is the only one. */
  alone: boolean;
  /** The operator's word for leaving it as it is. */
  keep: boolean;
}

/** What is remembered from one update to the next. */
export interface OnlyServerState {
  /** What its server was made with. */
  made: Subjects;
  /** What a server that is made in this update is made with. */
  next: Subjects;
  /** Nova's id of the server that was there when the update began. */
  server?: string | undefined;
}

/** As an operator would say it, with the keys. */
const WORDS: Record<Subject, string> = {
  image: "its image or disk (hostroute:controlPlane.image, rootVolume)",
  sshPublicKey: "the key for SSH (hostroute:sshPublicKey)",
  availabilityZones: "its zone (hostroute:controlPlane.availabilityZones)",
  programs: "the release of its programs, or where they come from (hostroute:kubernetesVersion, artifacts)",
  flags: "flags of its programs (hostroute:kubernetesVersion, serviceNodePortRange, clusterDomain and the like)",
  extraFiles: "your files (hostroute:controlPlane.extraFiles)",
  otherFiles: "other files (hostroute:podSecurity, addresses of workers, or another version of this program)",
};

/**
 * What the server that is there was made with. A new one is there since the last update if Nova has another id: that was made with what the
 * update wanted, whether it ended well or not.
 * @param servers ids of Nova's servers of that name: of several none counts, as they may be strangers
 */
const madeWith = ({ made, next, server }: OnlyServerState, servers: readonly string[]): Subjects =>
  servers.length === 1 && servers[0] !== server ? next : made;

/**
 * @param before undefined: the stack is new, or of a version before this; that one's server counts as made with what is wanted
 * @returns what is to be remembered, and why the update cannot go on, if so
 */
export function judge(
  before: OnlyServerState | undefined,
  { node, wanted, alone, keep }: OnlyServerArgs,
  servers: readonly string[],
): { state: OnlyServerState; refusal?: string } {
  if (!before) return { state: { made: wanted, next: wanted } };
  const made = madeWith(before, servers);
  const state = { made, next: wanted, server: servers.length === 1 ? servers[0] : before.server };
  const changed = (Object.keys(WORDS) as Subject[]).filter((subject) => made[subject] !== wanted[subject]);
  // Without a server there is nothing to lose.
  if (!alone || keep || changed.length === 0 || servers.length === 0) return { state };
  return { state, refusal: refusal(node, changed) };
}

const refusal = (node: string, changed: readonly Subject[]): string =>
  [
    `${node} is the only control-plane server, and its disk the only copy of etcd's data. What would take a new server was refused; nothing was touched.`,
    "  Not as when it was made:",
    ...changed.map((subject) => `  - ${WORDS[subject]}`),
    "  Ways out:",
    "  - hostroute:controlPlane.count: 3. Then servers are replaced one after the other, this one as well.",
    "  - hostroute:controlPlane.keepServer: true leaves this server as it was made, as long as it is the only one. All else is changed.",
    "  - Set back what was changed.",
  ].join("\n");
