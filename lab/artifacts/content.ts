import * as fs from "node:fs";
import * as path from "node:path";
import { controlPlaneUpstream, workerUpstream } from "../../components/kubernetes/artifacts";
import { type Programs, programsOf } from "../../components/kubernetes/releases";
import type { KubernetesVersion } from "../../components/kubernetes/version";
import { sha256OfFile } from "../build/cache";
import { debianPackage, unpack } from "../build/debian";
import { binaryOf, type GoProgram } from "../build/golang";
import { run } from "../shell";
import { compiledPrograms, compiledVersions } from "./compiled";
import { type Component, componentOf, type Origins, pinnedFiles } from "./origins";
import { fileOf } from "./upstream";

/** The one program that is not compiled here: where Debian's package has it. */
const RUNC = "usr/sbin/runc";

/** All that has to be compiled of a release where these components are upstream's own, the small ones first. */
export function programs(release: KubernetesVersion, origins: Origins): GoProgram[] {
  const components = Object.entries(compiledPrograms(release)).filter(([name]) => !origins.includes(name as Component));
  return components.flatMap(([, of]) => of);
}

/** The releases of what stands beside Kubernetes, as they really are. */
export async function versions(release: KubernetesVersion, origins: Origins): Promise<Programs> {
  const { version: runc } = await debianPackage("runc");
  const upstream = Object.entries(programsOf(release)).filter(([name]) => origins.includes(name as Component));
  return { ...compiledVersions(release), runc, ...Object.fromEntries(upstream) };
}

/** Every file that a node downloads, as the components name it. */
export async function upstreamFiles(release: KubernetesVersion, origins: Origins) {
  const source = { versions: await versions(release, origins) };
  return [...controlPlaneUpstream(release, source), ...workerUpstream(release, source)];
}

/**
 * Lays out those files: upstream's own as they are; of the others, what the components expect in an archive is what is packed. Beside a
 * program stands what of it goes over the wire, compressed: the guests' network passes through processes of this machine.
 * @returns SHA-256 by upstream URL without scheme
 */
export async function layOutFiles(
  release: KubernetesVersion,
  target: string,
  scratch: string,
  origins: Origins,
): Promise<Record<string, string>> {
  const debian = path.join(scratch, "debian");
  if (!fs.existsSync(debian)) await unpack("runc", debian);
  const binaries = new Map(programs(release, origins).map((program) => [program.name, binaryOf(program)]));
  const source = (name: string) => {
    const file = name === "runc" ? path.join(debian, RUNC) : binaries.get(name);
    if (!file) throw new Error(`The lab's mirror has no ${name}: nothing is compiled to it`);
    return file;
  };
  const downloaded = new Map(pinnedFiles([release]).map((pinned) => [pinned.file, fileOf(pinned)]));

  const digests: Record<string, string> = {};
  for (const upstream of await upstreamFiles(release, origins)) {
    const file = path.join(target, upstream.file);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // Two releases share what is the same beside them.
    if (!fs.existsSync(file)) {
      if (origins.includes(componentOf(upstream.file))) fs.linkSync(downloaded.get(upstream.file)!, file);
      else await makeFile(upstream.install, file, path.join(scratch, path.basename(file)), source);
      if (Object.values(upstream.install).every((member) => member === null)) await run("gzip", ["-1", "-nkf", file]);
    }
    digests[upstream.file] = await sha256OfFile(file);
  }
  return digests;
}

/** Makes a file as upstream's would be: a program by itself, or an archive of some. */
async function makeFile(
  install: Record<string, string | null>,
  file: string,
  folder: string,
  source: (name: string) => string,
): Promise<void> {
  for (const [installed, member] of Object.entries(install)) {
    const place = member === null ? file : path.join(folder, member);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.linkSync(source(path.basename(installed)), place);
  }
  if (fs.existsSync(folder)) await pack(folder, file, true);
}

/** Packs a folder's content so that the same content always gives the same bytes. */
export async function pack(folder: string, file: string, compress = false): Promise<void> {
  const order = ["--sort=name", "--format=gnu", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  const args = [...order, "--mode=u=rwX,go=rX", "-C", folder, ...(compress ? ["-I", "gzip -n1"] : [])];
  await run("tar", ["-cf", file, ...args, ...fs.readdirSync(folder).sort()]);
}
