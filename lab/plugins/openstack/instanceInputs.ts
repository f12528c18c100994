import { createHash } from "node:crypto";
import { Properties, replaces, updates } from "../protocol/schema";
import { text } from "../protocol/values";
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

/** What of a server's properties is implemented. */
export const instanceInputs: Properties = {
  name: { type: "string", required: true, ...updates(of("name: no ForceNew, Nova's update")) },
  flavorName: { type: "string", required: true, ...updates(of("flavor_name: no ForceNew, Nova's resize")) },
  // Not ForceNew in this version: Update has Nova rebuild the server on the same id.
  imageName: { type: "string", required: true, ...updates(of("image_name: no ForceNew, Nova's rebuild")) },
  networks: { type: { list: network }, required: true, ...replaces(of("network: ForceNew")) },
  userData: { type: "string", stateOf: sha1, ...replaces(of("user_data: ForceNew, the state keeps its SHA-1")) },
  availabilityZone: {
    type: "string",
    computed: true,
    suppress: sameZone,
    ...replaces(of("availability_zone: ForceNew")),
  },
  keyPair: { type: "string", ...replaces(of("key_pair: ForceNew")) },
  tags: { type: { set: "string" }, ...updates(of("tags: no ForceNew")) },
};
