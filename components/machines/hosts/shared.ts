/** A member of the control plane, with whatever tells its host from others; undefined: not known. */
export interface Member {
  name: string;
  host?: string | undefined;
}

/** What the operator should know of where the members are: that one host carries so many of them that etcd needs it. */
export function sharedHostWarning(members: readonly Member[]): string | undefined {
  if (members.length < 2) return undefined;
  const spare = Math.floor((members.length - 1) / 2);
  const hosts = new Set(members.flatMap(({ host }) => host ?? []));
  for (const host of hosts) {
    const names = members.flatMap((member) => (member.host === host ? member.name : []));
    if (names.length > spare)
      return (
        `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are on the same host: when it fails, etcd has no majority and the API is away. ` +
        'What keeps them apart, and how to move one: "Servers on different hosts" in docs/operations.md.'
      );
  }
  return undefined;
}
