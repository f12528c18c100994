import * as fs from "node:fs/promises";
import { chromebrewDigests, Digests, kopsDigests, kubeadmConstants, kubesprayDigests } from "./tables";

/** The public tables: whose they are, and in which version a run reads them. */
export interface Refs {
  kops: string;
  kubespray: string;
  chromebrew: string;
}

const REPOSITORIES: Record<keyof Refs, string> = {
  kops: "kubernetes/kops",
  kubespray: "kubernetes-sigs/kubespray",
  chromebrew: "chromebrew/chromebrew",
};

/** Where files of GitHub's repositories are: its own site, or a folder with the same layout, `<owner>/<name>/<ref>/<path>`. */
export const GITHUB = "https://raw.githubusercontent.com";

const PATIENCE = 30_000;

async function read(from: string, repository: string, ref: string, file: string): Promise<string> {
  const place = `${from}/${repository}/${ref}/${file}`;
  if (!place.startsWith("https://")) return fs.readFile(place, "utf8");
  const answer = await fetch(place, { signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(`${place} answers ${answer.status}`);
  return answer.text();
}

/** Reads all tables. @param assets names of kOps' files, which are one for each series */
export async function readTables(
  from: string,
  refs: Refs,
  assets: readonly string[],
): Promise<Record<keyof Refs, Digests>> {
  const get = (table: keyof Refs, file: string) => read(from, REPOSITORIES[table], refs[table], file);
  const kops = assets.map(async (name) => kopsDigests(await get("kops", `pkg/assets/assetdata/${name}.yaml`)));
  return {
    kops: Object.assign({}, ...(await Promise.all(kops))) as Digests,
    kubespray: kubesprayDigests(await get("kubespray", "roles/kubespray_defaults/vars/main/checksums.yml")),
    chromebrew: chromebrewDigests(await get("chromebrew", "packages/etcd.rb")),
  };
}

/** What kubeadm of a release deploys beside it. */
export const readKubeadm = async (from: string, version: string) =>
  kubeadmConstants(await read(from, "kubernetes/kubernetes", `v${version}`, "cmd/kubeadm/app/constants/constants.go"));

/** A table as docs name it: `kubernetes/kops@268927e26409`. */
export const citation = (table: keyof Refs, refs: Refs) => `${REPOSITORIES[table]}@${refs[table].slice(0, 12)}`;
