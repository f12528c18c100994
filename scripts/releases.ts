import * as fs from "node:fs";
import * as path from "node:path";
import { releaseSets } from "../components/kubernetes/releaseTable";
import { compareVersions, kubernetesFiles, newestOf, pinnedFiles, ReleaseSet, Tables } from "./releases/choose";
import { citation, GITHUB, readKubeadm, readTables, Refs } from "./releases/read";
import { renderTable } from "./releases/render";
import { upstream } from "./releases/tables";

const USAGE = `usage: npm run releases -- kops=COMMIT kubespray=COMMIT chromebrew=COMMIT [OPTION=VALUE]...

Writes components/kubernetes/releaseTable.ts anew from public tables of digests, each at the commit that the table then cites; Chromebrew has
one etcd at a time, so its commit decides which. Then read the difference, run \`npm run docs\` and the tests.

  minors=1.36,1.35,1.34     minor releases of Kubernetes to have; others leave the table
  without=1.35.7,1.34.1     releases to pass over, and to take out of the table
  from=FOLDER               a folder with the files, as <owner>/<name>/<commit>/<path>, instead of GitHub`;

/** The series of what is deployed beside Kubernetes: of containerd the one that is maintained longest, of the others what it is tested with. */
const SERIES = { etcd: "3.6", containerd: "2.3", runc: "1.4", cniPlugins: "1.9" };

/** kOps' files of these series. Sets of the table that name older ones need those, too, until they leave. */
const BESIDE = ["containerd-2.3", "runc-1.4", "cni-1.9"];

const TABLE = path.join(__dirname, "../components/kubernetes/releaseTable.ts");

/** OPTION=VALUE as an object. @throws Error for any other argument */
function options(args: readonly string[]) {
  const known = {
    minors: "1.36,1.35,1.34",
    without: "",
    kops: "",
    kubespray: "",
    chromebrew: "",
    from: GITHUB,
  };
  for (const argument of args) {
    const [, name = "", value = ""] = /^(\w+)=(.+)$/.exec(argument) ?? [];
    if (!(name in known)) throw new Error(USAGE);
    Object.assign(known, { [name]: value });
  }
  if (![known.kops, known.kubespray, known.chromebrew].every((commit) => /^[0-9a-f]{40}$/.test(commit)))
    throw new Error(USAGE);
  return known;
}

/** The newest release of a minor, with what belongs to it. */
async function setOf(minor: string, tables: Tables, without: readonly string[], from: string): Promise<ReleaseSet> {
  const kubernetes = newestOf(minor, kubernetesFiles, tables, without);
  const beside = Object.entries(SERIES).map(([name, series]) => [
    name,
    newestOf(series, (version) => [upstream[name as keyof typeof SERIES](version)], tables),
  ]);
  const { etcd, coredns, pause } = await readKubeadm(from, kubernetes);
  const set = { kubernetes, ...(Object.fromEntries(beside) as Record<keyof typeof SERIES, string>), coredns, pause };
  if (compareVersions(set.etcd, etcd) < 0) throw new Error(`Kubernetes ${kubernetes} wants etcd ${etcd} or later`);
  return set;
}

/** The table, and the files that one public table alone states. */
export async function releaseTable(args: readonly string[]): Promise<{ text: string; alone: string[] }> {
  const { minors, without, from, ...refs } = options(args);
  const [wanted, unwanted] = [minors.split(","), without.split(",")];
  const tables = await readTables(from, refs, [...wanted.map((minor) => `k8s-${minor}`), ...BESIDE]);
  const found = await Promise.all(wanted.map((minor) => setOf(minor, tables, unwanted, from)));
  // What was pinned once stays until its minor goes, or it is named: a stack that names it goes on working.
  const gone = [...unwanted, ...found.map(({ kubernetes }) => kubernetes)];
  const kept = releaseSets.filter(
    ({ kubernetes }) => wanted.some((minor) => kubernetes.startsWith(`${minor}.`)) && !gone.includes(kubernetes),
  );
  const sets = [...found, ...kept].sort((one, other) => compareVersions(other.kubernetes, one.kubernetes));
  const files = Object.assign({}, ...sets.map((set) => pinnedFiles(set, tables))) as ReturnType<typeof pinnedFiles>;
  const sources = Object.fromEntries(Object.keys(tables).map((name) => [name, citation(name as keyof Refs, refs)]));
  const alone = Object.entries(files).filter(([, { tables: stated }]) => stated.length === 1);
  return { text: renderTable(sources, sets, files), alone: alone.map(([file]) => file) };
}

if (require.main === module) {
  releaseTable(process.argv.slice(2)).then(
    ({ text, alone }) => {
      fs.writeFileSync(TABLE, text);
      for (const file of alone) process.stdout.write(`in one table only: ${file}\n`);
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
