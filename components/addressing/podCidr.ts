import { Netmask } from "netmask";
import { addressAt } from "./ipv4";

/** How many blocks of `nodeMask` the cluster CIDR holds, hence how many slots there are (kube-controller-manager's `--node-cidr-mask-size`). */
export function slotCapacity(clusterCidr: Netmask, nodeMask: number): number {
  return nodeMask < clusterCidr.bitmask ? 0 : 2 ** (nodeMask - clusterCidr.bitmask);
}

/**
 * The podCIDR of a slot: slot 0 is the cluster CIDR's first block, slot 1 the next one.
 * The default, a /24 out of 10.200.0.0/16, is the 1.4-era document's.
 * @throws RangeError for a slot beyond the last block.
 */
export function podCidrOfSlot(clusterCidr: Netmask, nodeMask: number, slot: number): Netmask {
  const capacity = slotCapacity(clusterCidr, nodeMask);
  if (!Number.isInteger(slot) || slot < 0 || slot >= capacity) {
    throw new RangeError(
      `slot ${slot} is not among the ${capacity} blocks of /${nodeMask} in ${clusterCidr.toString()}`,
    );
  }
  return new Netmask(addressAt(clusterCidr, slot * 2 ** (32 - nodeMask)), nodeMask);
}
