import * as fs from "node:fs";
import * as path from "node:path";
import { buildImage, removeImages, uploadImage } from "../../lab/guest";
import { stateDir } from "../../lab/paths";

export { removeImages };

/** The guests' image with a change, in Glance by another name; one that a killed run left there goes first. @returns its id */
export async function changedImage(name: string, change: (file: string) => Promise<unknown>): Promise<string> {
  await removeImages(name);
  const file = path.join(stateDir, `${name}.img`);
  await fs.promises.copyFile((await buildImage()).file, file);
  try {
    await change(file);
    return await uploadImage(name, file);
  } finally {
    await fs.promises.rm(file);
  }
}
