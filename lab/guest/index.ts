import * as fs from "node:fs";
import { call } from "../openstack/api";
import { install } from "../openstack/packages";
import { persist } from "../openstack/running";
import { progress } from "../shell";
import { startCompute, stopCompute } from "./compute";
import { prepareKernel, restoreKernel } from "./host";
import { buildImage, type GuestImage } from "./image";

export { inGuest, processOf } from "./guests";
export { buildImage };

/** The image's name in Glance. */
export const imageName = "debian-12";

/** libvirt, what Nova calls beside it (qemu-img looks at images, whatever their format), and what builds the image. */
export const packages = {
  "libvirt-daemon": "9.0.*",
  "libvirt-daemon-driver-lxc": "9.0.*",
  "python3-libvirt": "9.0.*",
  "qemu-utils": "1:7.2*",
  debootstrap: "1.0.*",
  e2fsprogs: "1.47.*",
};

/** What can be done before there is an OpenStack: packages and the image. */
export async function prepare(): Promise<GuestImage> {
  await install(packages);
  return buildImage();
}

/** Brings up real Nova guests at native speed: libvirt's LXC driver under nova-compute. May be repeated. */
export async function up(image: GuestImage): Promise<void> {
  await prepareKernel();
  const uploaded = persist("the guests' image", ["keystone", "glance"], () => upload(image));
  await Promise.all([uploaded, startCompute()]);
  progress("guests: ready");
}

/** Ends all guests and their hypervisor, whatever is left of them. */
export async function down(): Promise<void> {
  await stopCompute();
  restoreKernel();
}

interface Image {
  id: string;
  status: string;
  hostroute_digest?: string;
}

/** Makes the public image in Glance the one that was built. May be repeated. */
async function upload({ file, digest }: GuestImage): Promise<void> {
  const images = await imagesOf(imageName);
  const isCurrent = (image: Image) => image.status === "active" && image.hostroute_digest === digest;
  if (images.some(isCurrent)) return;
  const id = await uploadImage(imageName, file, { hostroute_digest: digest });
  // Older ones last: two images of one name are ambiguous, none at all is worse.
  for (const old of images) await call("DELETE", "image", `/images/${old.id}`);
  progress(`guests: image ${imageName} is ${id}`);
}

const imagesOf = async (name: string) =>
  (await call<{ images: Image[] }>("GET", "image", `/images?name=${name}`)).images;

/** A public image of a raw disk. @returns its id */
export async function uploadImage(name: string, file: string, properties: object = {}): Promise<string> {
  const wanted = { name, visibility: "public", disk_format: "raw", container_format: "bare", ...properties };
  const { id } = await call<Image>("POST", "image", "/images", wanted);
  // In one piece: clients that send it in chunks, as Glance's own, are refused by uwsgi ("unable to receive chunked part").
  await call("PUT", "image", `/images/${id}/file`, await fs.openAsBlob(file));
  return id;
}

/** All images of that name. */
export async function removeImages(name: string): Promise<void> {
  for (const { id } of await imagesOf(name)) await call("DELETE", "image", `/images/${id}`);
}
