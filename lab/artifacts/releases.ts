import * as fs from "node:fs";
import * as path from "node:path";
import { DEFAULT_RELEASE } from "../../components/kubernetes/releases";
import { type KubernetesVersion, parseKubernetesVersion, versionTag } from "../../components/kubernetes/version";
import { stateDir } from "../paths";

/** More releases for the mirror, beside the stack's own, as `kubernetesVersion` has them and with commas: for an upgrade. */
const MORE = process.env.HOSTROUTE_LAB_RELEASES ?? "";

/** Where is noted what the mirror holds, until `make down`. */
const NOTED = path.join(stateDir, "releases.json");

/**
 * The releases of Kubernetes that the mirror is to hold, the newest first: the stack's, what HOSTROUTE_LAB_RELEASES names, and those that it
 * held before, since nodes may be of one.
 * @param wanted the stack's `kubernetesVersion`; without it, what was noted, else the default
 */
export function mirrorReleases(wanted?: string, noted = NOTED, more = MORE): KubernetesVersion[] {
  const before = fs.existsSync(noted) ? (JSON.parse(fs.readFileSync(noted, "utf8")) as string[]) : [];
  const named = [...before, ...more.split(",").map((text) => text.trim()), wanted ?? ""].filter((text) => text !== "");
  const tags = (named.length > 0 ? named : [DEFAULT_RELEASE]).map((text) => versionTag(parseKubernetesVersion(text)));
  return [...new Set(tags)].map(parseKubernetesVersion).sort(newestFirst);
}

/** Notes what the mirror holds, once it does: a release that cannot be had is not asked for again. */
export function noteReleases(releases: readonly KubernetesVersion[], noted = NOTED): void {
  fs.mkdirSync(path.dirname(noted), { recursive: true });
  fs.writeFileSync(`${noted}.new`, JSON.stringify(releases.map(versionTag)));
  fs.renameSync(`${noted}.new`, noted);
}

const newestFirst = (one: KubernetesVersion, other: KubernetesVersion) =>
  other.minor - one.minor || other.patch - one.patch;
