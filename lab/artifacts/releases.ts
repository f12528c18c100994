import * as fs from "node:fs";
import * as path from "node:path";
import { DEFAULT_RELEASE } from "../../components/kubernetes/releases";
import { type KubernetesVersion, parseKubernetesVersion, versionTag } from "../../components/kubernetes/version";
import { stateDir } from "../paths";

/** More releases for the mirror, beside the stack's own, as `kubernetesVersion` has them and with commas: for an upgrade. */
const MORE = process.env.HOSTROUTE_LAB_RELEASES ?? "";

/**
 * The releases of Kubernetes that the mirror is to hold, the newest first: the stack's, what HOSTROUTE_LAB_RELEASES names, and those that an
 * earlier run of this lab held, since nodes may be of one. Noted until `make down`.
 * @param wanted the stack's `kubernetesVersion`; without it, what was noted, else the default
 */
export function mirrorReleases(
  wanted?: string,
  noted = path.join(stateDir, "releases.json"),
  more = MORE,
): KubernetesVersion[] {
  const before = fs.existsSync(noted) ? (JSON.parse(fs.readFileSync(noted, "utf8")) as string[]) : [];
  const named = [...before, ...more.split(",").filter((text) => text.trim() !== ""), ...(wanted ? [wanted] : [])];
  const tags = (named.length > 0 ? named : [DEFAULT_RELEASE]).map((text) =>
    versionTag(parseKubernetesVersion(text.trim())),
  );
  const releases = [...new Set(tags)].map(parseKubernetesVersion).sort(newestFirst);
  fs.mkdirSync(path.dirname(noted), { recursive: true });
  fs.writeFileSync(`${noted}.new`, JSON.stringify(releases.map(versionTag)));
  fs.renameSync(`${noted}.new`, noted);
  return releases;
}

const newestFirst = (one: KubernetesVersion, other: KubernetesVersion) =>
  other.minor - one.minor || other.patch - one.patch;
