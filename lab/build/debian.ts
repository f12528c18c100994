import * as fs from "node:fs";
import * as path from "node:path";
import { cacheDir } from "../paths";
import { progress, run, waitFor } from "../shell";
import { once } from "./cache";

/** The Debian of the lab's machine and guests. */
export const RELEASE = "bookworm";

/** Packages whose files are used without being installed, each pinned to its upstream series. */
const series = {
  runc: "1.1.*",
  "busybox-static": "1:1.35.*",
  "golang-1.19-go": "1.19.*",
};
type PackageName = keyof typeof series;

/** A package file in the cache and its upstream version, as `1.6.20` of `1.6.20~ds1-1+deb12u3`. */
export interface DebianPackage {
  file: string;
  version: string;
}

/** The package of the cache, else from apt. One that is there stays: what the nodes run must not change between two `up`. */
export async function debianPackage(name: PackageName): Promise<DebianPackage> {
  const folder = await once(
    path.join(cacheDir, "debs", `${name}-${series[name].replace(/^\d+:|\.\*$/g, "")}`),
    (temporary) => download(name, temporary),
  );
  const [file] = fs.readdirSync(folder);
  // File names escape the epoch's colon: busybox-static_1%3a1.35.0-4_amd64.deb
  const version = /_(?:\d+%3a)?(\d[\d.]*\d)/.exec(file!)![1]!;
  return { file: path.join(folder, file!), version };
}

/** Every package that the mirror's content comes from; the one with Go is only a tool. One by one: apt takes turns anyway. */
export async function debianPackages(): Promise<DebianPackage[]> {
  const packages: DebianPackage[] = [];
  for (const name of Object.keys(series) as PackageName[])
    if (name !== "golang-1.19-go") packages.push(await debianPackage(name));
  return packages;
}

/** Unpacks a package into a folder. */
export async function unpack(name: PackageName, folder: string): Promise<void> {
  await run("dpkg-deb", ["-x", (await debianPackage(name)).file, folder]);
}

async function download(name: PackageName, folder: string): Promise<void> {
  progress(`apt downloads ${name}`);
  fs.mkdirSync(folder, { recursive: true });
  const apt = (...args: string[]) =>
    run("apt-get", ["-q", "-o", "APT::Sandbox::User=root", ...args], { cwd: folder, log: "artifacts" });
  const get = () => apt("download", `${name}=${series[name]}`).then(() => true);
  // The lists may be missing, or just being fetched by the lab's other half, which holds their lock for a while.
  await get().catch(() => waitFor(`${name} from apt`, () => apt("update").then(get), 120_000, 5_000));
}

/** Debian's part of the machine's own apt configuration, main archive first: mirrors are the machine's business. */
export async function debianSources(): Promise<string> {
  const suites = new RegExp(` ${RELEASE}(-updates|-security)? main$`);
  const format = "deb $(REPO_URI) $(RELEASE) $(COMPONENT)";
  const lines = await run("apt-get", ["indextargets", "--format", format, "Identifier: Packages", "Origin: Debian"]);
  const ours = lines.split("\n").filter((line) => suites.test(line));
  const main = ours.find((line) => line.endsWith(` ${RELEASE} main`));
  if (!main) throw new Error(`apt knows no Debian ${RELEASE}. Add its archive to /etc/apt and run apt-get update.`);
  return [main, ...ours.filter((line) => line !== main), ""].join("\n");
}

/** The URL of the main archive among them. */
export const archiveOf = (sources: string) => /^deb (\S+) /.exec(sources)![1]!;
