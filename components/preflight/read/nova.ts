import { NovaServer, servers } from "../../machines/failedServers/nova";
import { listed } from "../../openstack/listed";
import { Facts, Flavor, Made, Server, Zone } from "../facts";
import { Needs } from "../needs";
import { answerOf, quota, Reader, tried } from "./reader";

type Limits = Record<string, number | undefined>;

/** Nova's limits, flavors and zones, and the stack's servers, server groups and key pair. */
export async function readNova(
  reader: Reader,
  needs: Needs,
): Promise<Pick<Facts, "quotas" | "flavors" | "zones" | "made">> {
  const { session } = reader;
  const names = encodeURIComponent(`^${needs.clusterName}-`);
  const zoned = needs.roles.some(({ servers: planned }) => planned.some(({ zone }) => zone !== undefined));
  const [limits, flavors, zones, found, serverGroups, keyPairs] = await Promise.all([
    tried(reader, "Nova's quotas", async () => {
      const answer = await answerOf<{ limits: { absolute: Limits } }>(reader, "compute", "/limits");
      return answer.limits.absolute;
    }),
    tried(reader, "flavors", () => listed<Flavor>(session, "compute", "/flavors/detail", "flavors")),
    zoned ? tried(reader, "Nova's zones", () => readZones(reader, "compute")) : undefined,
    tried(reader, "servers", () => servers(session, `name=${names}`)),
    needs.serverGroups.length > 0
      ? tried(reader, "server groups", () => named(reader, "/os-server-groups", "server_groups"))
      : undefined,
    needs.keyPair ? tried(reader, "key pairs", () => readKeyPairs(reader)) : undefined,
  ]);
  const made: Made = { ...(serverGroups ? { serverGroups } : {}), ...(keyPairs ? { keyPairs } : {}) };
  if (found) made.servers = found.map(serverOf);
  return {
    quotas: limits ? quotasOf(limits, keyPairs?.length) : {},
    ...(flavors ? { flavors: flavors.map(({ id, name, vcpus, ram, disk }) => ({ id, name, vcpus, ram, disk })) } : {}),
    ...(zones ? { zones } : {}),
    made,
  };
}

const serverOf = ({ id, name, flavor, image, ...more }: NovaServer): Server => {
  const zone = more["OS-EXT-AZ:availability_zone"];
  return {
    ...{ id, name, flavorId: flavor?.id ?? "", imageId: (image ? image.id : undefined) ?? "" },
    ...(zone === undefined ? {} : { zone }),
  };
};

const quotasOf = (limits: Limits, keyPairs: number | undefined): Facts["quotas"] => ({
  instances: quota(limits.maxTotalInstances, limits.totalInstancesUsed),
  cores: quota(limits.maxTotalCores, limits.totalCoresUsed),
  ram: quota(limits.maxTotalRAMSize, limits.totalRAMUsed),
  serverGroups: quota(limits.maxServerGroups, limits.totalServerGroupsUsed),
  serverGroupMembers: quota(limits.maxServerGroupMembers, 0),
  keyPairs: quota(limits.maxTotalKeypairs, keyPairs),
});

async function named({ session }: Reader, path: string, key: string): Promise<string[]> {
  return (await listed<{ id: string; name: string }>(session, "compute", path, key)).map(({ name }) => name);
}

/** They have no ids; as many as there are come at once. */
async function readKeyPairs(reader: Reader): Promise<string[]> {
  interface Answer {
    keypairs: { keypair: { name: string } }[];
  }
  return (await answerOf<Answer>(reader, "compute", "/os-keypairs")).keypairs.map(({ keypair }) => keypair.name);
}

/** Nova and Cinder have the same answer for it. */
export async function readZones(reader: Reader, service: string): Promise<Zone[]> {
  interface Answer {
    availabilityZoneInfo: { zoneName: string; zoneState?: { available?: boolean } }[];
  }
  const { availabilityZoneInfo } = await answerOf<Answer>(reader, service, "/os-availability-zone");
  return availabilityZoneInfo.map(({ zoneName, zoneState }) => ({
    name: zoneName,
    available: zoneState?.available !== false,
  }));
}
