import { createHash } from "node:crypto";
import { Failure } from "../protocol/check";
import { Properties, replaces, updates } from "../protocol/schema";
import { isZero, Props, text } from "../protocol/values";
import { SOURCE } from "./source";

const of = (field: string) => `${SOURCE}/resource_openstack_compute_instance_v2.go, ${field}`;
const sha1 = (value: unknown) => createHash("sha1").update(text(value)).digest("hex");

/** Nova says `az` for what was asked for as `az:host:node` (suppressAvailabilityZoneDetailDiffs). */
const sameZone = (state: unknown, goal: unknown) => {
  const [zone, ...rest] = text(goal).split(":");
  return rest.length > 0 && zone === state;
};

const network = {
  object: { port: { type: "string", required: true, ...replaces(of("network.port: ForceNew")) } },
} as const;

const hint = {
  object: { group: { type: "string", required: true, ...replaces(of("scheduler_hints.group: ForceNew")) } },
} as const;

const ofDevice = (field: string) => replaces(of(`block_device.${field}: ForceNew`));
const blockDevice = {
  object: {
    sourceType: { type: "string", required: true, ...ofDevice("source_type") },
    uuid: { type: "string", ...ofDevice("uuid") },
    volumeSize: { type: "integer", ...ofDevice("volume_size") },
    volumeType: { type: "string", ...ofDevice("volume_type") },
    destinationType: { type: "string", ...ofDevice("destination_type") },
    bootIndex: { type: "integer", ...ofDevice("boot_index") },
    deleteOnTermination: { type: "boolean", ...ofDevice("delete_on_termination") },
  },
} as const;

/** What of a server's properties is implemented; block devices are refused, but with their own reason. */
export const instanceInputs: Properties = {
  name: { type: "string", required: true, ...updates(of("name: no ForceNew, Nova's update")) },
  flavorName: { type: "string", required: true, ...updates(of("flavor_name: no ForceNew, Nova's resize")) },
  // Not ForceNew in this version: Update has Nova rebuild the server on the same id.
  imageName: { type: "string", computed: true, ...updates(of("image_name: no ForceNew, Nova's rebuild")) },
  networks: { type: { list: network }, required: true, ...replaces(of("network: ForceNew")) },
  userData: { type: "string", stateOf: sha1, ...replaces(of("user_data: ForceNew, the state keeps its SHA-1")) },
  availabilityZone: {
    type: "string",
    computed: true,
    suppress: sameZone,
    ...replaces(of("availability_zone: ForceNew")),
  },
  keyPair: { type: "string", ...replaces(of("key_pair: ForceNew")) },
  // Not read back: Nova does not say which group a server is in, only the group which members it has.
  schedulerHints: { type: { set: hint }, ...replaces(of("scheduler_hints: all of its fields ForceNew")) },
  blockDevices: { type: { list: blockDevice }, ...replaces(of("block_device: all of its fields ForceNew")) },
  tags: { type: { set: "string" }, ...updates(of("tags: no ForceNew")) },
  metadata: { type: { map: "string" }, ...updates(of("metadata: no ForceNew")) },
  stopBeforeDestroy: { type: "boolean", ...updates(of("stop_before_destroy: no ForceNew, only noted")) },
};

/** Said at a preview: Nova would find out when it builds the server. */
export const refuseVolumes = ({ blockDevices }: Props): Failure[] =>
  isZero(blockDevices)
    ? []
    : [
        {
          property: "blockDevices",
          reason:
            "the lab has no Cinder, so its servers cannot boot from a volume: take rootVolume out of the configuration",
        },
      ];
