import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { ClusterSpec } from "../settings/resolve";
import { ApiEndpoint } from "./apiEndpoint";
import { ClusterNetwork } from "./clusterNetwork";

/** A cluster's network: its own, or one that exists. */
export function networkOf(
  name: string,
  { network, layout }: ClusterSpec,
  lookUpAfter: Promise<void>,
  parent: pulumi.Resource,
): ClusterNetwork {
  const { cidr, dnsServers, mtu, networkId, subnetId, externalNetwork } = network;
  const existing = networkId && subnetId ? { networkId, subnetId } : undefined;
  const args = { cidr, layout, dnsServers, mtu, existing, externalNetwork, lookUpAfter };
  return new ClusterNetwork(name, args, { parent });
}

/** The port that has the API's own address, for the kinds that have one. */
export function endpointPort(
  name: string,
  { api, apiEndpoint, network: { cidr }, access, plan }: ClusterSpec,
  { networkId, subnetId }: ClusterNetwork,
  securityGroupId: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  const [place, child] = [{ subnetId, address: api.host }, { parent }];
  switch (api.kind) {
    case "vip":
      return new ApiEndpoint(name, { ...place, kind: "vip", networkId, securityGroupId }, child).portId;
    case "octavia": {
      const admitted = { provider: apiEndpoint.provider, allowedCidrs: [cidr, ...access.api] };
      return new ApiEndpoint(name, { ...place, kind: "octavia", ...admitted, members: plan.controlPlane }, child)
        .portId;
    }
    default:
      return undefined;
  }
}

/** The address of the API in the external network, where there is one. */
export function apiFloatingIp(
  name: string,
  { network: { externalNetwork }, api }: Pick<ClusterSpec, "network" | "api">,
  { attached }: ClusterNetwork,
  parent: pulumi.Resource,
): openstack.networking.FloatingIp | undefined {
  if (!externalNetwork || !api.floatingIp) return undefined;
  return new openstack.networking.FloatingIp(
    `${name}-api`,
    { pool: externalNetwork, description: `Kubernetes API of ${name}` },
    { parent, dependsOn: attached },
  );
}
