/** A node of the plan. */
export interface PlannedServer {
  name: string;
  role: "control-plane" | "worker";
}

/** A server that Nova says is in ERROR. */
export interface FailedServer {
  id: string;
  name: string;
  /** Whether it has ever run: whether there can be anything on its disk. */
  hasRun: boolean;
  /** Nova's words. */
  fault?: string | undefined;
}

/** By node, the id of the last server of it that failed and was to be replaced. */
export type Replaced = Record<string, string>;

export interface Judgement {
  replaced: Replaced;
  /** Why the update cannot go on; undefined if it can. */
  refusal?: string | undefined;
}

/**
 * What becomes of servers in ERROR. A worker is replaced, and so is whatever never ran: nothing is lost with it. A control-plane server
 * that has run holds a member of etcd on its disk, which may still be good: that is the operator's to decide.
 * @param before what was replaced until now: it is kept, since a node whose entry changed would be replaced again
 */
export function judge(
  planned: readonly PlannedServer[],
  failed: readonly FailedServer[],
  before: Readonly<Replaced>,
): Judgement {
  const replaced: Replaced = {};
  const kept: FailedServer[] = [];
  for (const { name, role } of planned) {
    if (before[name] !== undefined) replaced[name] = before[name];
    const server = failed.find((each) => each.name === name);
    if (!server) continue;
    if (role === "control-plane" && server.hasRun) kept.push(server);
    else replaced[name] = server.id;
  }
  return { replaced, ...(kept.length > 0 ? { refusal: refusal(kept) } : {}) };
}

function refusal(servers: readonly FailedServer[]): string {
  return [
    "Control-plane servers are in ERROR, and etcd's data is on their disks; nothing was touched.",
    ...servers.map(({ name, id, fault }) => `  ${name} (server ${id})${fault ? `: ${fault}` : ""}`),
    "  To save it: openstack server show says what happened; when the cause is gone, openstack server reboot --hard.",
    "  Where it runs and Nova's state alone is wrong: openstack server set --state active, which is an administrator's right.",
    "  To give it up: openstack server delete. Updates then go on without it; docs/operations.md says how to make a new one.",
  ].join("\n");
}
