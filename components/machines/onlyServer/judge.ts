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
  /** Whether it can hand its data over: there are snapshots. */
  handsOver: boolean;
}

/** What is remembered from one update to the next. */
export interface OnlyServerState {
  /** What its server was made with. */
  made: Subjects;
  /** What a server that is made in this update is made with. */
  next: Subjects;
  /** Nova's id of the server that was there when the update began. */
  server?: string | undefined;
  /** The last one that has run, by id: it has the data, or has handed it over. */
  last?: string | undefined;
  /** The server that is to hand over, by id: from the first word on until it is gone, whatever is set back meanwhile. */
  handOver?: string | undefined;
  /** How many words for that there were. */
  handOvers?: number | undefined;
}

/** An id; empty: nobody's. */
export const named = (id: string | undefined) => (id === "" ? undefined : id);

/** A server of Nova's. */
export interface Found {
  id: string;
  hasRun: boolean;
}

/** As an operator would say it, with the keys. */
const WORDS: Record<Subject, string> = {
  image: "its image or disk (hostroute:controlPlane.image, rootVolume)",
  sshPublicKey: "the key for SSH (hostroute:sshPublicKey)",
  availabilityZones: "its zone (hostroute:controlPlane.availabilityZones)",
  programs: "the release of its programs, or where they come from (hostroute:kubernetesVersion, artifacts)",
  flags: "flags of its programs (hostroute:kubernetesVersion, serviceNodePortRange, clusterDomain and the like)",
  extraFiles: "your files (hostroute:controlPlane.extraFiles)",
  otherFiles: "other files (hostroute:podSecurity, keys, addresses of workers, or another version of this program)",
};

/**
 * What the server that is there was made with. A new one is there since the last update if Nova has another id: that was made with what the
 * update wanted, whether it ended well or not.
 * @param servers Nova's servers of that name: of several none counts, as they may be strangers
 */
const madeWith = ({ made, next, server }: OnlyServerState, servers: readonly Found[]): Subjects =>
  servers.length === 1 && servers[0]!.id !== server ? next : made;

/**
 * @param before undefined: the stack is new, or of a version before this; that one's server counts as made with what is wanted
 * @returns what is to be remembered, and why the update cannot go on, if so
 */
export function judge(
  before: OnlyServerState | undefined,
  { node, wanted, alone, keep, handsOver }: OnlyServerArgs,
  servers: readonly Found[],
): { state: OnlyServerState; refusal?: string } {
  if (!before) return { state: { made: wanted, next: wanted } };
  const made = madeWith(before, servers);
  const [found] = servers.length === 1 ? servers : [];
  const state: OnlyServerState = {
    made,
    next: wanted,
    server: found ? found.id : before.server,
    last: found?.hasRun ? found.id : before.last,
    handOvers: before.handOvers,
  };
  const changed = (Object.keys(WORDS) as Subject[]).filter((subject) => made[subject] !== wanted[subject]);
  // What has begun is ended: the server may have stopped already.
  const pending = found !== undefined && found.id === before.handOver;
  if (pending || (found?.hasRun && alone && !keep && handsOver && changed.length > 0))
    return { state: { ...state, handOver: found.id, handOvers: (before.handOvers ?? 0) + 1 } };
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
    "  - hostroute:snapshots.container, in an update before this one. Then the server hands its data over to the one in its place.",
    "  - hostroute:controlPlane.count: 3. Then servers are replaced one after the other, this one as well.",
    "  - hostroute:controlPlane.keepServer: true leaves this server as it was made, as long as it is the only one. All else is changed.",
    "  - Set back what was changed.",
  ].join("\n");
