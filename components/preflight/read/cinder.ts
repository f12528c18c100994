import { listed } from "../../openstack/listed";
import { Facts } from "../facts";
import { Needs } from "../needs";
import { readZones } from "./nova";
import { answerOf, quota, Reader, tried } from "./reader";

interface Volume {
  id: string;
  /** GiB. */
  size: number;
  bootable?: string;
  attachments: { server_id: string }[];
}

type VolumeFacts = Pick<Facts, "quotas" | "volumeZones" | "volumeTypes"> & {
  /** The sizes of the volumes that a server can boot from, by its id. Others are pods'. */
  volumesOf?: (serverId: string) => number[];
};

/** Clouds know Cinder by either name. */
const NAMES = ["block-storage", "volumev3"];

/** Cinder's limits, zones, types and volumes, where servers have volumes for disks. */
export async function readCinder(reader: Reader, { roles }: Needs): Promise<VolumeFacts> {
  const { session } = reader;
  if (!roles.some(({ rootVolume }) => rootVolume)) return { quotas: {} };
  const service = NAMES.find((name) => session.has(name));
  if (service === undefined) {
    reader.unread.push("volumes, for rootVolume: the cloud's catalog has no Cinder");
    return { quotas: {} };
  }
  const [limits, volumeZones, types, volumes] = await Promise.all([
    tried(reader, "Cinder's quotas", async () => {
      const answer = await answerOf<{ limits: { absolute: Record<string, number> } }>(reader, service, "/limits");
      return answer.limits.absolute;
    }),
    tried(reader, "Cinder's zones", () => readZones(reader, service)),
    tried(reader, "volume types", () =>
      listed<{ id: string; name: string }>(session, service, "/types", "volume_types"),
    ),
    tried(reader, "volumes", () => listed<Volume>(session, service, "/volumes/detail", "volumes")),
  ]);
  return {
    quotas: limits
      ? {
          volumes: quota(limits.maxTotalVolumes, limits.totalVolumesUsed),
          gigabytes: quota(limits.maxTotalVolumeGigabytes, limits.totalGigabytesUsed),
        }
      : {},
    ...(volumeZones ? { volumeZones } : {}),
    ...(types ? { volumeTypes: types.map(({ name }) => name) } : {}),
    ...(volumes
      ? {
          volumesOf: (id) =>
            volumes
              .filter(
                ({ bootable, attachments }) => bootable === "true" && attachments.some((each) => each.server_id === id),
              )
              .map(({ size }) => size),
        }
      : {}),
  };
}
