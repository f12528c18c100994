import * as fs from "node:fs";
import * as path from "node:path";
import { controlPlaneUpstream, workerUpstream } from "../../components/kubernetes/artifacts";
import { versionTag } from "../../components/kubernetes/version";
import { sha256OfFile } from "../build/cache";
import { debianPackage, unpack } from "../build/debian";
import { binaryOf, type GoProgram, requiredVersion } from "../build/golang";
import { run } from "../shell";
import { type Component, componentOf, kubernetesVersion, type Origins, pinnedFiles, pinnedVersions } from "./origins";
import { fileOf } from "./upstream";

/** The variables by which the programs of Kubernetes know their version, as upstream's build sets them. */
const versionVariables = Object.fromEntries(
  ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((name) => [
    [`${name}.gitVersion`, versionTag(kubernetesVersion)],
    [`${name}.gitMajor`, "1"],
    [`${name}.gitMinor`, String(kubernetesVersion.minor)],
  ]),
);

const kubernetes = (name: string): GoProgram => ({
  name,
  module: "kubernetes",
  package: `k8s.io/kubernetes/cmd/${name}`,
  variables: versionVariables,
});

export const podtool: GoProgram = { name: "podtool", module: "podtool", package: "." };
export const coredns: GoProgram = { name: "coredns", module: "coredns", package: "." };

/** What is compiled of each component, the small ones first. */
const compiled: Partial<Record<Component, readonly GoProgram[]>> = {
  etcd: [
    { name: "etcd", module: "kubernetes", package: "go.etcd.io/etcd/server/v3" },
    { name: "etcdctl", module: "kubernetes", package: "go.etcd.io/etcd/etcdctl/v3" },
  ],
  kubernetes: ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubectl", "kubelet"].map(
    kubernetes,
  ),
};

/** All that has to be compiled where these components are upstream's own. */
export function programs(origins: Origins): GoProgram[] {
  const components = Object.entries(compiled).filter(([name]) => !origins.includes(name as Component));
  return [podtool, coredns, ...components.flatMap(([, of]) => of)];
}

/** Folders of Debian's packages that hold the programs which are not compiled here. */
const debianFolders = {
  containerd: "usr/bin",
  runc: "usr/sbin",
  "containernetworking-plugins": "usr/lib/cni",
} as const;
type DebianName = keyof typeof debianFolders;
const debianNames = Object.keys(debianFolders) as DebianName[];

/** The releases of what stands beside Kubernetes, as they really are. */
export async function versions(origins: Origins) {
  const [containerd, runc, cniPlugins] = await Promise.all(
    debianNames.map(async (name) => (await debianPackage(name)).version),
  );
  const etcd = requiredVersion("kubernetes", "go.etcd.io/etcd/server/v3");
  const made = { etcd, containerd: containerd!, runc: runc!, cniPlugins: cniPlugins! };
  const upstream = Object.entries(pinnedVersions).filter(([name]) => origins.includes(name as Component));
  return { ...made, ...Object.fromEntries(upstream) };
}

/** Every file that a node downloads, as the components name it. */
export async function upstreamFiles(origins: Origins) {
  const releases = { versions: await versions(origins) };
  return [...controlPlaneUpstream(kubernetesVersion, releases), ...workerUpstream(kubernetesVersion, releases)];
}

/**
 * Lays out those files: upstream's own as they are; of the others, what the components expect in an archive is what is packed.
 * @returns SHA-256 by upstream URL without scheme
 */
export async function layOutFiles(target: string, scratch: string, origins: Origins): Promise<Record<string, string>> {
  const debian = path.join(scratch, "debian");
  for (const name of debianNames) await unpack(name, debian);
  const binaries = new Map(programs(origins).map((program) => [program.name, binaryOf(program)]));
  const candidates = (name: string) => Object.values(debianFolders).map((folder) => path.join(debian, folder, name));
  const source = (name: string) => {
    const file = binaries.get(name) ?? candidates(name).find((candidate) => fs.existsSync(candidate));
    if (!file) throw new Error(`The lab's mirror has no ${name}: it is neither compiled nor in Debian's packages`);
    return fs.realpathSync(file); // Debian has runc in two places, one of them a symbolic link
  };
  const downloaded = new Map(pinnedFiles().map((pinned) => [pinned.file, fileOf(pinned)]));

  const digests: Record<string, string> = {};
  for (const upstream of await upstreamFiles(origins)) {
    const file = path.join(target, upstream.file);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (origins.includes(componentOf(upstream.file))) fs.linkSync(downloaded.get(upstream.file)!, file);
    else await makeFile(upstream.install, file, path.join(scratch, path.basename(file)), source);
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
