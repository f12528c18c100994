import { Facts, Flavor, Image, Server } from "../facts";
import { Check, Finding } from "../finding";
import { RoleNeeds } from "../needs";
import { suggestion } from "../suggest";

/** Flavor and image of each role: whether they are there, and fit together. */
export const machines: Check = ({ roles }, facts) =>
  roles.flatMap((role) => {
    const flavor = facts.flavors?.find(({ name }) => name === role.flavor);
    const images = facts.images?.filter(({ name }) => name === role.image);
    const running = runningAll(role, facts);
    const sameFlavor = running?.every(({ flavorId }) =>
      flavor ? flavorId === flavor.id : isGone(facts.flavors, flavorId),
    );
    const sameImage = running?.every(({ imageId }) =>
      images?.length ? images.some(({ id }) => id === imageId) : isGone(facts.allImages, imageId),
    );
    return [
      ...softened(sameFlavor, facts.flavors && !flavor ? noFlavor(role, facts.flavors) : []),
      ...softened(
        sameImage,
        images ? (images.length === 1 ? unfit(role, images[0]!) : notOne(role, images, facts)) : [],
      ),
      ...softened(sameFlavor && sameImage, flavor && images?.length === 1 ? tooSmall(role, flavor, images[0]!) : []),
    ];
  });

/** The role's servers, where all of them are there: none is made but in the place of one. */
function runningAll({ servers }: RoleNeeds, { made }: Facts): Server[] | undefined {
  const found = servers.flatMap(({ name }) => made.servers?.find((server) => server.name === name) ?? []);
  return found.length === servers.length ? found : undefined;
}

/** What servers run may have been taken out of use since. Of a volume's image nothing is known. */
const isGone = (there: readonly { id: string }[] | undefined, id: string) =>
  id !== "" && there !== undefined && !there.some((each) => each.id === id);

/** Clouds rotate their images and flavors: servers that run keep what they have, and other changes must get through. */
const softened = (unchanged: boolean | undefined, found: Finding[]): Finding[] =>
  unchanged
    ? found.map((each) => ({
        ...each,
        remedy: `${each.remedy} Servers that run stay; none could be made anew.`,
        warning: true,
      }))
    : found;

function noFlavor({ key, flavor }: RoleNeeds, flavors: readonly Flavor[]): Finding[] {
  const said = { key: `${key}.flavor`, value: flavor };
  const byId = flavors.find(({ id }) => id === flavor);
  if (byId) return [{ ...said, problem: "is a flavor's id, and its name is needed", remedy: `Write ${byId.name}.` }];
  const remedy = suggestion(flavor, namesOf(flavors), "flavors");
  return [{ ...said, problem: "is not a flavor that the project can use", remedy }];
}

function notOne({ key, image }: RoleNeeds, images: readonly Image[], { allImages = [] }: Facts): Finding[] {
  const said = { key: `${key}.image`, value: image };
  if (images.length > 1)
    return [
      {
        ...said,
        problem: `is the name of ${images.length} images: ${images.map(({ id }) => id).join(", ")}`,
        remedy: "Rename the others (openstack image set --name), or have them hidden (--hidden).",
      },
    ];
  const remedy = suggestion(image, namesOf(allImages), "images");
  return [{ ...said, problem: "is not an image that the project can use", remedy }];
}

const namesOf = (items: readonly { name: string }[]) => items.map(({ name }) => name);

/** Of the architectures that Nova knows, the one that nodes' programs are for (nova/objects/fields.py takes amd64 for it). */
const ARCHITECTURES = ["x86_64", "amd64"];

function unfit({ key, image }: RoleNeeds, { status, architecture }: Image): Finding[] {
  const said = { key: `${key}.image`, value: image };
  const remedy = "Choose another image, or make this one usable.";
  return [
    ...(status === "active"
      ? []
      : [{ ...said, problem: `is an image that Glance says is ${status}, not active`, remedy }]),
    ...(architecture === undefined || ARCHITECTURES.includes(architecture.toLowerCase())
      ? []
      : [
          {
            ...said,
            problem: `is an image for ${architecture}, and nodes' programs are for amd64`,
            remedy: "Choose one for x86_64; or, if that is what it is, correct its property `architecture`.",
          },
        ]),
  ];
}

const GIB = 2 ** 30;

/** What Nova refuses (nova/compute/api.py, `_validate_flavor_image_nostatus`), and Cinder: a disk without room for the image. */
function tooSmall({ key, image, rootVolume }: RoleNeeds, flavor: Flavor, found: Image): Finding[] {
  const said = { key: `${key}.flavor`, value: flavor.name };
  const memory = found.min_ram ?? 0;
  const bytes = Math.max(found.size ?? 0, found.virtual_size ?? 0);
  const disk = Math.max(found.min_disk ?? 0, Math.ceil(bytes / GIB));
  return [
    ...(flavor.ram >= memory
      ? []
      : [
          {
            ...said,
            problem: `has ${flavor.ram} MB of memory, and the image ${image} needs ${memory} (min_ram)`,
            remedy: "Choose a larger flavor, or another image.",
          },
        ]),
    ...(rootVolume ? smallVolume(key, rootVolume.size, disk, image) : smallDisk(said, flavor.disk, disk, image)),
  ];
}

const smallVolume = (key: string, size: number, disk: number, image: string): Finding[] =>
  size >= disk
    ? []
    : [
        {
          key: `${key}.rootVolume.size`,
          value: size,
          problem: `is less than the ${disk} GiB that the image ${image} needs`,
          remedy: `Set it to ${disk} or more.`,
        },
      ];

function smallDisk(said: Pick<Finding, "key" | "value">, size: number, disk: number, image: string): Finding[] {
  const remedy = "Choose another flavor, or have volumes for disks (rootVolume).";
  // Nova's default policy `os_compute_api:servers:create:zero_disk_flavor` is for its operators.
  if (size === 0) return [{ ...said, problem: "has no disk, and Nova boots no image into it", remedy }];
  if (size >= disk) return [];
  return [{ ...said, problem: `has a disk of ${size} GiB, and the image ${image} needs ${disk} GiB`, remedy }];
}
