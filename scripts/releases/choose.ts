import { Digests, upstream } from "./tables";

/** A Kubernetes release, and what is deployed with it. */
export interface ReleaseSet {
  kubernetes: string;
  etcd: string;
  containerd: string;
  runc: string;
  cniPlugins: string;
  coredns: string;
  pause: string;
}

/** The digest of a file, and the tables that state it. */
export interface Pinned {
  sha256: string;
  tables: readonly string[];
}

/** Public tables by name. */
export type Tables = Readonly<Record<string, Digests>>;

export const PROGRAMS = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kube-proxy",
  "kubelet",
  "kubectl",
];

/** What tables say of a file. @throws Error where they do not agree */
export function pinnedOf(file: string, tables: Tables): Pinned | undefined {
  const stated = Object.entries(tables).flatMap(([name, digests]) =>
    digests[file] ? [[name, digests[file]] as const] : [],
  );
  const [first] = stated;
  if (!first) return undefined;
  const other = stated.find(([, digest]) => digest !== first[1]);
  if (other) throw new Error(`${file}: ${first.join(" says ")}, ${other.join(" says ")}`);
  return { sha256: first[1], tables: stated.map(([name]) => name) };
}

const numbers = (version: string) => version.split(".").map(Number);

/** Older before newer. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [numbers(one), numbers(other)];
  const at = left.findIndex((number, i) => number !== right[i]);
  return at < 0 ? 0 : left[at]! - (right[at] ?? 0);
}

/** The newest version of a series such as `1.36` whose files all are in a table, and at least one of them in two. */
export function newestOf(
  series: string,
  filesOf: (version: string) => readonly string[],
  tables: Tables,
  without: readonly string[] = [],
): string {
  const found = versionsIn(series, tables)
    .filter((version) => !without.includes(version))
    .sort(compareVersions)
    .reverse()
    .find((version) => {
      const pinned = filesOf(version).map((file) => pinnedOf(file, tables));
      return pinned.every((entry) => entry) && pinned.some((entry) => entry!.tables.length > 1);
    });
  if (!found) throw new Error(`No two tables have a release ${series}`);
  return found;
}

/** Every version of a series that files of the tables are named after. */
function versionsIn(series: string, tables: Tables): string[] {
  const named = new RegExp(`/v(${series.replaceAll(".", "[.]")}[.]\\d+)/`);
  const files = Object.values(tables).flatMap((digests) => Object.keys(digests));
  return [...new Set(files.flatMap((file) => named.exec(file)?.[1] ?? []))];
}

export const kubernetesFiles = (version: string) => PROGRAMS.map((program) => upstream.kubernetes(version, program));

/** The files of a set, and what is known of each. @throws Error for a file that no table has */
export function pinnedFiles(set: ReleaseSet, tables: Tables): Record<string, Pinned> {
  const files = [
    ...kubernetesFiles(set.kubernetes),
    upstream.etcd(set.etcd),
    upstream.containerd(set.containerd),
    upstream.runc(set.runc),
    upstream.cniPlugins(set.cniPlugins),
  ];
  const entries = files.map((file) => {
    const pinned = pinnedOf(file, tables);
    if (!pinned) throw new Error(`No table has ${file}`);
    return [file, pinned] as const;
  });
  return Object.fromEntries(entries);
}
