import * as fs from "node:fs";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { type ClusterImages, setOf } from "../../components/kubernetes/releases";
import type { KubernetesVersion } from "../../components/kubernetes/version";
import { sha256 } from "../build/cache";
import { unpack } from "../build/debian";
import { binaryOf } from "../build/golang";
import { run } from "../shell";
import { coredns, podtool } from "./compiled";
import { pack } from "./content";

/** An image of one layer: what is in it, and how it is started. */
interface Image {
  /** Of its repository. */
  name: string;
  tag: string;
  config: { Entrypoint?: string[]; Cmd?: string[]; Env?: string[] };
  fill(folder: string): Promise<void> | void;
}

const single = (file: string, name: string) => (folder: string) => fs.copyFileSync(file, path.join(folder, name));

/** The images that a release needs, with the tags of those that they stand for. */
function imagesOf(release: KubernetesVersion): Record<keyof ClusterImages, Image> {
  const set = setOf(release);
  return {
    sandbox: {
      name: "pause",
      tag: set.pause,
      config: { Entrypoint: ["/pause", "pause"] },
      fill: single(binaryOf(podtool), "pause"),
    },
    coredns: {
      name: "coredns",
      tag: set.coredns,
      config: { Entrypoint: ["/coredns"] },
      fill: single(binaryOf(coredns(release)), "coredns"),
    },
  };
}

/** What the lab's pods run. */
const tools: Image = {
  name: "tools",
  tag: "1",
  config: { Cmd: ["/bin/podtool", "serve", "8080"], Env: ["PATH=/bin"] },
  fill: fillTools,
};

/** What the lab's pods use: podtool, and busybox under each of its names. */
async function fillTools(folder: string): Promise<void> {
  const bin = path.join(folder, "bin");
  for (const name of ["bin", "etc", "tmp"]) fs.mkdirSync(path.join(folder, name));
  fs.copyFileSync(binaryOf(podtool), path.join(bin, "podtool"));
  const debian = `${folder}-debian`;
  await unpack("busybox-static", debian);
  fs.renameSync(path.join(debian, "bin/busybox"), path.join(bin, "busybox"));
  const applets = (await run(path.join(bin, "busybox"), ["--list"])).trim().split("\n");
  for (const applet of applets.filter((name) => name !== "busybox")) fs.symlinkSync("busybox", path.join(bin, applet));
}

/**
 * Writes the images of some releases, and the lab's own, as the pull half of a registry serves them: `v2/<name>/manifests/<tag or digest>`,
 * `v2/<name>/blobs/<digest>`.
 */
export async function layOutImages(
  releases: readonly KubernetesVersion[],
  target: string,
  scratch: string,
): Promise<void> {
  const all = [...releases.flatMap((release) => Object.values(imagesOf(release))), tools];
  const different = new Map(all.map((image) => [referenceOf(image), image]));
  for (const image of different.values()) {
    const folder = path.join(scratch, `image-${image.name}-${image.tag}`);
    fs.mkdirSync(folder);
    await image.fill(folder);
    await pack(folder, `${folder}.tar`);
    writeImage(path.join(target, "v2", image.name), image, fs.readFileSync(`${folder}.tar`));
  }
}

const referenceOf = ({ name, tag }: Image) => `${name}:${tag}`;

/** The images of a release as `<name>:<tag>`. */
export const imageReferences = (release: KubernetesVersion): ClusterImages => {
  const { sandbox, coredns: dns } = imagesOf(release);
  return { sandbox: referenceOf(sandbox), coredns: referenceOf(dns) };
};

/** The OCI image format: a manifest that names its configuration and its layer by digest. */
function writeImage(target: string, { tag, config }: Image, layer: Buffer): void {
  const put = (name: string, content: string | Buffer) => {
    fs.mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
    fs.writeFileSync(path.join(target, name), content);
  };
  const blob = (kind: string, content: Buffer) => {
    const digest = `sha256:${sha256(content)}`;
    put(`blobs/${digest}`, content);
    return { mediaType: `application/vnd.oci.image.${kind}`, digest, size: content.length };
  };
  const layers = [blob("layer.v1.tar+gzip", gzipSync(layer, { level: 1 }))];
  const rootfs = { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] };
  const description = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", config, rootfs }));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: blob("config.v1+json", description),
    layers,
  });
  for (const reference of [tag, `sha256:${sha256(manifest)}`]) put(`manifests/${reference}`, manifest);
}
