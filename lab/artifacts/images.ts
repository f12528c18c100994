import * as fs from "node:fs";
import * as path from "node:path";
import { sha256 } from "../build/cache";
import { unpack } from "../build/debian";
import { binaryOf, requiredVersion } from "../build/golang";
import { run } from "../shell";
import { coredns, pack, podtool } from "./content";

/** An image of one layer: what is in it, and how it is started. */
interface Image {
  tag: string;
  config: { Entrypoint?: string[]; Cmd?: string[]; Env?: string[] };
  fill(folder: string): Promise<void> | void;
}

const single = (file: string, name: string) => (folder: string) => fs.copyFileSync(file, path.join(folder, name));

/** The images by repository name. */
function images(): Record<string, Image> {
  return {
    pause: {
      tag: "3.10.1", // of the image that it stands for
      config: { Entrypoint: ["/pause", "pause"] },
      fill: single(binaryOf(podtool), "pause"),
    },
    coredns: {
      tag: requiredVersion("coredns", "github.com/coredns/coredns"),
      config: { Entrypoint: ["/coredns"] },
      fill: single(binaryOf(coredns), "coredns"),
    },
    tools: {
      tag: "1",
      config: { Cmd: ["/bin/podtool", "serve", "8080"], Env: ["PATH=/bin"] },
      fill: fillTools,
    },
  };
}

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
 * Writes the images as the pull half of a registry serves them: `v2/<name>/manifests/<tag or digest>`, `v2/<name>/blobs/<digest>`.
 * @returns `<name>:<tag>` by name
 */
export async function layOutImages(target: string, scratch: string): Promise<Record<string, string>> {
  const references: Record<string, string> = {};
  for (const [name, image] of Object.entries(images())) {
    const folder = path.join(scratch, `image-${name}`);
    fs.mkdirSync(folder);
    await image.fill(folder);
    await pack(folder, `${folder}.tar`);
    writeImage(path.join(target, "v2", name), image, fs.readFileSync(`${folder}.tar`));
    references[name] = `${name}:${image.tag}`;
  }
  return references;
}

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
  const layers = [blob("layer.v1.tar", layer)];
  const rootfs = { type: "layers", diff_ids: layers.map(({ digest }) => digest) };
  const description = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", config, rootfs }));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: blob("config.v1+json", description),
    layers,
  });
  for (const reference of [tag, `sha256:${sha256(manifest)}`]) put(`manifests/${reference}`, manifest);
}
