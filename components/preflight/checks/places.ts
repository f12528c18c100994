import { Zone } from "../facts";
import { Check, Finding } from "../finding";
import { RoleNeeds } from "../needs";
import { choice, suggestion } from "../suggest";

/** Availability zones, Nova's and Cinder's, and types of volumes. A server that stands where it is planned stays there. */
export const places: Check = ({ roles }, { zones, volumeZones, volumeTypes, made }) =>
  roles.flatMap((role) => {
    const there = new Map(made.servers?.map(({ name, zone }) => [name, zone]));
    const placed = role.servers.filter(({ name, zone = "" }) => there.get(name) !== plain(zone));
    const wanted = [...new Set(placed.flatMap(({ zone }) => zone ?? []))];
    return [
      ...(zones ? wanted.flatMap((zone) => wrongZone(role, zone, zones)) : []),
      ...(volumeZones && role.rootVolume ? wanted.flatMap((zone) => withoutVolumes(role, zone, volumeZones)) : []),
      ...(volumeTypes && role.servers.some(({ name }) => !there.has(name)) ? wrongType(role, volumeTypes) : []),
    ];
  });

/** Of `zone:host`, which is for a cloud's operators, the zone. */
const plain = (zone: string) => zone.split(":")[0]!;

function wrongZone({ key }: RoleNeeds, zone: string, zones: readonly Zone[]): Finding[] {
  const said = { key: `${key}.availabilityZones`, value: zone };
  const found = zones.find(({ name }) => name === plain(zone));
  const others = zones.flatMap(({ name, available }) => (available ? name : []));
  if (!found)
    return [{ ...said, problem: "is not a zone of Nova's", remedy: suggestion(plain(zone), others, "zones") }];
  if (found.available) return [];
  return [{ ...said, problem: "is a zone that Nova says is not available", remedy: choice(others, "zones") }];
}

/** Nova asks for a volume in the server's zone only where it must not attach across zones (its option `cross_az_attach`). */
const withoutVolumes = ({ key }: RoleNeeds, zone: string, zones: readonly Zone[]): Finding[] =>
  zones.some(({ name, available }) => name === plain(zone) && available)
    ? []
    : [
        {
          key: `${key}.availabilityZones`,
          value: zone,
          problem: "is a zone where Cinder has no volumes",
          remedy: "Where Nova attaches no volume across zones (cross_az_attach), servers with a rootVolume fail there.",
          warning: true,
        },
      ];

function wrongType({ key, rootVolume }: RoleNeeds, types: readonly string[]): Finding[] {
  const type = rootVolume?.type;
  if (type === undefined || types.includes(type)) return [];
  return [
    {
      key: `${key}.rootVolume.type`,
      value: type,
      problem: "is not a volume type that the project can use",
      remedy: suggestion(type, types, "volume types"),
    },
  ];
}
