/** How many objects of each kind a snapshot has, by the keys of Kubernetes' storage: `/registry/KIND/…`, `/registry/GROUP/KIND/…`. */
export function kinds(keys: readonly string[]): [kind: string, count: number][] {
  const counts = new Map<string, number>();
  for (const key of keys) {
    const [, root, kind, group] = key.split("/");
    if (root !== "registry" || kind === undefined) continue;
    // A group is a domain; objects of the oldest kinds have none.
    const name = kind.includes(".") && group !== undefined ? `${kind}/${group}` : kind;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([one], [other]) => one.localeCompare(other));
}

/** Names of the Node objects. */
export const nodesIn = (keys: readonly string[]): string[] =>
  keys.flatMap((key) => (key.startsWith("/registry/minions/") ? [key.slice("/registry/minions/".length)] : []));
