import { list, Props, text } from "../protocol/values";
import { Cloud, Item } from "./api";
import { tagState } from "./collection";
import { instanceInputs } from "./instanceInputs";

interface Address {
  addr: string;
  version: number;
  "OS-EXT-IPS:type"?: string;
  "OS-EXT-IPS-MAC:mac_addr"?: string;
}

/** Nova's server as the provider keeps it. `known`: what it kept before, or the inputs of a creation; nothing at an import. */
export async function instanceState(cloud: Cloud, server: Item, known: Props): Promise<Props> {
  const { compute, computeWithTags, image } = cloud;
  const { id: flavorId } = server.flavor as { id: string };
  const { id: imageId } = (server.image === "" ? {} : server.image) as { id?: string };
  const flavor = await compute.find(`/flavors/${flavorId}`);
  const found = imageId ? await image.find(`/v2/images/${imageId}`) : undefined;
  const networks = await attached(cloud, server, list<Props>(known.networks));
  const tags = await computeWithTags.get(`/servers/${server.id}/tags`);
  const zone = server["OS-EXT-AZ:availability_zone"];
  return {
    id: server.id,
    name: server.name,
    flavorId,
    flavorName: (flavor?.flavor as Item | undefined)?.name ?? "",
    imageId: imageId ?? "",
    imageName: imageId ? (found?.name ?? "Image not found") : "",
    keyPair: server.key_name ?? "",
    availabilityZone: zone ?? "",
    networks,
    accessIpV4: networks.find(({ fixedIpV4 }) => fixedIpV4 !== "")?.fixedIpV4 ?? "",
    accessIpV6: networks.find(({ fixedIpV6 }) => fixedIpV6 !== "")?.fixedIpV6 ?? "",
    securityGroups: [...new Set(list<{ name: string }>(server.security_groups).map(({ name }) => name))].sort(),
    allMetadata: server.metadata ?? {},
    powerState: text(server.status).toLowerCase(),
    created: goTime(server.created),
    updated: goTime(server.updated),
    // How it is to be deleted: Nova knows nothing of it, and the first is not implemented.
    forceDelete: false,
    stopBeforeDestroy: known.stopBeforeDestroy === true,
    region: cloud.region(),
    // What it was given cannot be read back: an import has none.
    ...(known.userData === undefined ? {} : { userData: kept(known.userData) }),
    ...(known.metadata === undefined ? {} : { metadata: known.metadata }),
    ...(known.schedulerHints === undefined ? {} : { schedulerHints: known.schedulerHints }),
    ...tagState(list(tags.tags), known),
  };
}

/** `2026-11-24T23:10:28Z` as Go prints a time. */
const goTime = (time: unknown) =>
  text(time ?? "")
    .replace("T", " ")
    .replace("Z", " +0000 UTC");

/** The state's own digest stays; a creation's user-data becomes one. */
const kept = (userData: unknown) =>
  /^[0-9a-f]{40}$/.test(text(userData)) ? userData : instanceInputs.userData!.stateOf!(userData);

/** Ports that the server was asked to have, in that order, with the addresses that they have now (flattenInstanceNetworks). */
async function attached(
  cloud: Cloud,
  server: Item,
  known: Props[],
): Promise<(Props & { fixedIpV4: string; fixedIpV6: string })[]> {
  const addresses = Object.entries((server.addresses ?? {}) as Record<string, Address[]>);
  const { ports } = await cloud.network.get(`/v2.0/ports?device_id=${server.id}`);
  const place = ({ id }: Item) => known.findIndex(({ port }) => port === id);
  const there = (ports as Item[]).filter((port) => known.length === 0 || place(port) >= 0);
  const inOrder = there.sort((a, b) => place(a) - place(b));
  return inOrder.map((port) => {
    const mac = text(port.mac_address);
    const [name = "", own = []] =
      addresses.find(([, all]) => all.some((a) => a["OS-EXT-IPS-MAC:mac_addr"] === mac)) ?? [];
    const fixed = (version: number) =>
      own.find(
        (a) => a.version === version && a["OS-EXT-IPS-MAC:mac_addr"] === mac && a["OS-EXT-IPS:type"] !== "floating",
      )?.addr ?? "";
    const v6 = fixed(6);
    return {
      port: port.id,
      uuid: port.network_id,
      name,
      mac,
      fixedIpV4: fixed(4),
      fixedIpV6: v6 === "" ? "" : `[${v6}]`,
      floatingIp: "",
      accessNetwork: false,
    };
  });
}
