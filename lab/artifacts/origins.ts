import * as fs from "node:fs";
import * as path from "node:path";
import { controlPlaneUpstream, workerUpstream } from "../../components/kubernetes/artifacts";
import { pinnedDigests, programsOf } from "../../components/kubernetes/releases";
import { releaseSets } from "../../components/kubernetes/releaseTable";
import type { KubernetesVersion } from "../../components/kubernetes/version";
import { stateDir } from "../paths";
import { progress } from "../shell";
import { download, type Pinned, UPSTREAM } from "./upstream";

/** What comes from one place as a whole, or not at all. */
export const COMPONENTS = ["kubernetes", "etcd", "containerd", "runc", "cniPlugins"] as const;
export type Component = (typeof COMPONENTS)[number];
/** The components whose files are upstream's own, pinned ones. All others are built, or Debian's. */
export type Origins = readonly Component[];

/** Whose file that is. */
export function componentOf(file: string): Component {
  const places: Record<string, Component> = {
    "dl.k8s.io": "kubernetes",
    "github.com/etcd-io": "etcd",
    "github.com/containerd": "containerd",
    "github.com/opencontainers": "runc",
    "github.com/containernetworking": "cniPlugins",
  };
  const place = Object.keys(places).find((start) => file.startsWith(`${start}/`));
  if (!place) throw new Error(`The lab's mirror does not know where ${file} comes from`);
  return places[place]!;
}

/** The files that upstream sites have of what the program pins for these releases. @throws Error where one has no digest */
export function pinnedFiles(releases: readonly KubernetesVersion[]): Pinned[] {
  const all = releases.flatMap((release) => {
    const source = { versions: programsOf(release) };
    return [...controlPlaneUpstream(release, source), ...workerUpstream(release, source)].map(({ file }) => file);
  });
  return [...new Set(all)].map((file) => {
    const sha256 = pinnedDigests[file];
    if (!sha256)
      throw new Error(
        `The lab can only have releases that the program pins, and it has no digest of ${file}. ` +
          `Choose ${releaseSets.map(({ kubernetes }) => kubernetes).join(", ")}; what the lab had before, \`make down\` forgets.`,
      );
    return { file, sha256 };
  });
}

export interface Choice {
  sites: string;
  files: readonly Pinned[];
  /** Where the choice is noted. */
  noted: string;
}

/**
 * Downloads what upstream sites give, and says of the rest why it is made here. The choice stands until `make down`: with other files, the
 * next `up` would replace every node.
 */
export async function chooseOrigins(choice: Pick<Choice, "files"> & Partial<Choice>): Promise<Origins> {
  const { sites, files, noted } = {
    ...{ sites: UPSTREAM, noted: path.join(stateDir, "upstream.json") },
    ...choice,
  };
  const before = fs.existsSync(noted) ? (JSON.parse(fs.readFileSync(noted, "utf8")) as Component[]) : undefined;
  const wanted = before ?? COMPONENTS;
  const refusals = await Promise.all(
    wanted.map((component) =>
      refusalOf(
        files.filter(({ file }) => componentOf(file) === component),
        sites,
      ),
    ),
  );
  wanted.forEach((component, index) => {
    const refusal = refusals[index];
    if (refusal && before) throw new Error(`${component} came from upstream before, and now ${refusal}`);
    if (refusal) progress(`${component}: ${refusal}, so the mirror has one made here`);
  });
  const origins = wanted.filter((_, index) => !refusals[index]);
  fs.mkdirSync(path.dirname(noted), { recursive: true });
  fs.writeFileSync(`${noted}.new`, JSON.stringify(origins));
  fs.renameSync(`${noted}.new`, noted);
  return origins;
}

/** Why a component's files cannot be had, if so. */
const refusalOf = (files: readonly Pinned[], sites: string) =>
  download(files, sites).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
