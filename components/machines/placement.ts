import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { WorkerPoolSpec } from "../settings/resolve";
import { zoneOf } from "../settings/zones";
import { MachineArgs } from "./machine";
import { serverGroups } from "./serverGroups";

/** What the configuration says of a pool's servers and of the control plane's alike. */
export type Role = Pick<
  WorkerPoolSpec,
  "count" | "flavor" | "image" | "rootVolume" | "availabilityZones" | "serverGroup" | "extraSecurityGroups"
>;

/** What servers are made of and where they stand, besides what is each one's own. */
export type Placement = Pick<
  MachineArgs,
  "flavor" | "image" | "rootVolume" | "availabilityZone" | "serverGroupId" | "extraSecurityGroups"
>;

/**
 * Makes what the servers of one role share.
 * @param indexes of its servers
 * @param most how many servers Nova allows in one group
 * @param lookUpAfter what has to be over before the image of a volume is looked up
 * @returns the n-th server's share in it
 */
export function placement(
  name: string,
  role: Role,
  indexes: readonly number[],
  most: number,
  lookUpAfter: Promise<void>,
  opts: { parent: pulumi.Resource },
): (index: number) => Placement {
  const { count, flavor, image, availabilityZones, serverGroup, extraSecurityGroups } = role;
  const groupOf = serverGroups(name, { serverGroup, count, most, indexes }, opts);
  const rootVolume = role.rootVolume && { ...role.rootVolume, imageId: lookUpAfter.then(() => imageIdOf(image, opts)) };
  return (index) => ({
    flavor,
    image,
    rootVolume,
    availabilityZone: zoneOf(availabilityZones, index),
    serverGroupId: groupOf(index),
    extraSecurityGroups,
  });
}

/**
 * The provider takes a server's image by name, and a volume's by id alone.
 * @throws RunError that names the image, which the provider's error does not
 */
async function imageIdOf(name: string, opts: pulumi.InvokeOptions): Promise<string> {
  try {
    return (await openstack.images.getImage({ name }, opts)).id;
  } catch (reason) {
    throw new pulumi.RunError(
      `Image ${name}, of which rootVolume is to be made, was not found in Glance, or more than once: ${(reason as Error).message}`,
    );
  }
}
