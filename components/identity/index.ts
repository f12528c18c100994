import * as pulumi from "@pulumi/pulumi";
import { membersJoin } from "../kubernetes/version";
import { ClusterSpec } from "../settings/resolve";
import { Growth, Identity } from "./changes";
import { IdentityInputs, IdentityProvider } from "./provider";

export type IdentitySpec = Pick<ClusterSpec, "api" | "clusterCidr" | "nodeMask" | "serviceCidr" | "release"> & {
  controlPlane: Pick<ClusterSpec["controlPlane"], "count" | "acceptSingleMember">;
  network: Pick<ClusterSpec["network"], "cidr" | "networkId" | "subnetId">;
};

/** The part of a configuration that a running cluster keeps. */
export function identityOf({ api, controlPlane, network, clusterCidr, nodeMask, serviceCidr }: IdentitySpec): Identity {
  const { cidr, networkId, subnetId } = network;
  return {
    "controlPlane.count": controlPlane.count,
    ...(api.kind === "vip" ? { "apiEndpoint.address": api.host } : {}),
    "network.cidr": cidr,
    ...(networkId === undefined ? {} : { "network.networkId": networkId }),
    ...(subnetId === undefined ? {} : { "network.subnetId": subnetId }),
    clusterCidr,
    nodeMask,
    serviceCidr,
  };
}

/** How it lets the control plane grow and shrink. */
export const growthOf = ({ release, controlPlane: { acceptSingleMember } }: IdentitySpec): Growth => ({
  membersJoin: membersJoin(release),
  acceptSingleMember,
});

/**
 * The cluster as the stack knows it: refuses a configuration that a running one cannot take over. Everything else depends on it, so
 * nothing is touched then (docs/decisions/0033-what-a-running-cluster-keeps.md).
 */
export class ClusterIdentity extends pulumi.dynamic.Resource {
  constructor(name: string, spec: IdentitySpec, opts?: pulumi.CustomResourceOptions) {
    const inputs: IdentityInputs = { identity: identityOf(spec), growth: growthOf(spec) };
    super(new IdentityProvider(), name, inputs, opts, "identity", "ClusterIdentity");
  }
}
