import { listed } from "../../openstack/listed";
import { Facts, Image } from "../facts";
import { Needs } from "../needs";
import { Reader, tried } from "./reader";

/** The images that the plan names; all of them, where one of those is not there. */
export async function readGlance(reader: Reader, { roles }: Needs): Promise<Pick<Facts, "images" | "allImages">> {
  const { session } = reader;
  const wanted = [...new Set(roles.map(({ image }) => image))];
  const ask = (query: string) => listed<Image>(session, "image", `/v2/images?${query}`, "images");
  const images = await tried(reader, "images", async () =>
    (await Promise.all(wanted.map((name) => ask(`name=${encodeURIComponent(name)}`)))).flat(),
  );
  if (!images) return {};
  const missing = wanted.some((wantedName) => !images.some(({ name }) => name === wantedName));
  const allImages = missing ? await tried(reader, "names of images", () => ask("limit=1000")) : undefined;
  return { images, ...(allImages ? { allImages: allImages.map(({ id, name }) => ({ id, name: name ?? "" })) } : {}) };
}
