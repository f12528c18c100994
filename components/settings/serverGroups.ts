/** What a pool's servers, or the control plane's, may be told of each other: Nova's policies, or to have no server group at all. */
export const SERVER_GROUPS = ["soft-anti-affinity", "anti-affinity", "none"] as const;
export type ServerGroupPolicy = (typeof SERVER_GROUPS)[number];

/** The policy of so many servers: the operator's, else a soft one as soon as there is anything to keep apart. */
export const groupPolicy = (serverGroup: ServerGroupPolicy | undefined, count: number): ServerGroupPolicy =>
  serverGroup ?? (count > 1 ? "soft-anti-affinity" : "none");

/**
 * Which of its pool's groups the n-th server is in; undefined: none. By its own index alone, so that it never depends on its neighbours.
 * @param most how many servers Nova allows in one group
 */
export function groupNumber(policy: ServerGroupPolicy, index: number, most: number): number | undefined {
  switch (policy) {
    case "none":
      return undefined;
    // Members of different groups may share a host: more than one would break the promise.
    case "anti-affinity":
      return 0;
    case "soft-anti-affinity":
      return Math.floor(index / most);
  }
}
