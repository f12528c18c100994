/** What the program says. */
export interface EtcdBegunArgs {
  /** The server whose etcd may begin a new cluster. */
  first: string;
  /** All control-plane nodes. */
  nodes: readonly string[];
  /** What etcd is to begin with, anew where it has begun: a snapshot's name, or `latest`. */
  restoreFrom?: string | undefined;
  /** The servers that the last update left, by id: of those that are lost, Nova knows nothing any more. */
  last?: readonly string[];
}

/** What is remembered from one update to the next. */
export interface EtcdBegunInputs {
  first: string;
  begun: boolean;
  restoreFrom?: string | undefined;
  /** How many times the operator has asked for a restore. Absent, as what follows, in states of a version that knew of none. */
  restores?: number;
  /** The servers that the last one leaves behind, by id. */
  abandoned?: string[];
}

/** A server of Nova's that has a control-plane node's name. */
export interface MemberServer {
  id: string;
  name: string;
  hasRun: boolean;
}

/**
 * Whether the stack's etcd has begun, and what for. A word for a restore counts once: as long as the configuration says the same, it is the same.
 * @param servers none where the stack is new
 * @returns what is to be remembered, and why the update cannot go on, if so
 */
export function judge(
  before: Partial<EtcdBegunInputs>,
  { first, nodes, restoreFrom, last = [] }: EtcdBegunArgs,
  servers: readonly MemberServer[],
): { state: EtcdBegunInputs; refusal?: string } {
  const asked = restoreFrom !== undefined && restoreFrom !== before.restoreFrom;
  const restores = (before.restores ?? 0) + (asked ? 1 : 0);
  const all = new Set([...servers.map(({ id }) => id), ...last]);
  const abandoned = asked ? [...all] : (before.abandoned ?? []);
  const begun = servers.some(({ id, name, hasRun }) => name === first && hasRun && !abandoned.includes(id));
  const state: EtcdBegunInputs = {
    first,
    begun,
    ...(restoreFrom === undefined ? {} : { restoreFrom }),
    // Never absent: at a preview an output that is counts as not known yet, and servers would show as ones that are to be replaced.
    restores,
    abandoned,
  };
  return asked && nodes.length === 1 && servers.length > 0 ? { state, refusal: onlyOne(first) } : { state };
}

const onlyOne = (node: string) =>
  [
    `hostroute:snapshots.restoreFrom: ${node} is the only control-plane server and its disk may hold what no snapshot has; nothing was touched.`,
    `  To begin with the snapshot all the same, delete it first (openstack server delete ${node}), and run pulumi up.`,
    "  To go on without, remove the key.",
  ].join("\n");
