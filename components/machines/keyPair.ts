import { createHash } from "node:crypto";
import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";

/**
 * What a key's pair is called in Nova. Another key is a pair of another name, so that it is made before the old one goes: the engine would
 * delete all servers that have the old one before it, at once and not in turn.
 */
export const keyPairName = (name: string, publicKey: string): string =>
  `${name}-${createHash("sha256").update(publicKey).digest("hex").slice(0, 8)}`;

/** The operator's public key in Nova. @returns the pair's name */
export function keyPair(name: string, publicKey: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return new openstack.compute.Keypair(name, { name: keyPairName(name, publicKey), publicKey }, opts).name;
}
