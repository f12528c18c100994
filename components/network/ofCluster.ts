import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { Registered } from "../made";
import { ClusterSpec } from "../settings/resolve";
import { ApiEndpoint } from "./apiEndpoint";
import { ClusterNetwork } from "./clusterNetwork";
import { DepartedRoutes } from "./hostRoutes/departed";
import { HostRoutesReader } from "./hostRoutes/reader";
import { PodRoutes } from "./podRoutes";

/** A cluster's network: its own, or one that exists. */
export function networkOf(
  name: string,
  { network, layout }: ClusterSpec,
  lookUpAfter: Promise<void>,
  parent: pulumi.Resource,
): ClusterNetwork {
  const { cidr, dnsServers, mtu, networkId, subnetId, routerId, externalNetwork } = network;
  const existing = networkId && subnetId ? { networkId, subnetId, routerId } : undefined;
  const args = { cidr, layout, dnsServers, mtu, existing, externalNetwork, lookUpAfter };
  return new ClusterNetwork(name, args, { parent });
}

/** A cluster's routes to pods: in the node subnet, and on the router where that is to have them, too. */
export function podRoutesOf(
  name: string,
  { plan, hostRoutes, network: { maxHostRoutes, routerRoutes } }: ClusterSpec,
  { subnetId, routerId, attached }: ClusterNetwork,
  readHostRoutes: HostRoutesReader,
  parent: pulumi.Resource,
): PodRoutes {
  const router = routerRoutes && routerId ? { routerId, routes: plan.routes, after: attached } : undefined;
  return new PodRoutes(name, { subnetId, routes: hostRoutes, maxHostRoutes, readHostRoutes, router }, { parent });
}

/**
 * The end of routes that only nodes which are leaving have needed.
 * @param after `departures`: those nodes are empty; `learned`: the others no longer need the subnet for any of these
 */
export function departedRoutes(
  name: string,
  { subnetId }: ClusterNetwork,
  { kept, router }: PodRoutes,
  { departures, learned }: { departures: pulumi.Resource; learned: readonly Registered[] },
  parent: pulumi.Resource,
): void {
  new DepartedRoutes(name, { subnetId, routes: kept }, { parent, dependsOn: [departures, ...learned] });
  // Nodes do not go by the router's.
  if (router)
    new DepartedRoutes(
      `${name}-router`,
      { routerId: router.routerId, routes: router.kept },
      { parent, dependsOn: [departures] },
    );
}

/**
 * The port that has the API's own address, for the kinds that have one.
 * @param ports by control-plane node, its port, once all of them are registered: their floating IP leads to the port that is given here
 */
export function endpointPort(
  name: string,
  { api, apiEndpoint, network: { cidr }, access, plan }: ClusterSpec,
  { networkId, subnetId }: ClusterNetwork,
  securityGroupId: pulumi.Input<string>,
  ports: Promise<ReadonlyMap<string, pulumi.Resource>>,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  const [place, child] = [{ subnetId, address: api.host }, { parent }];
  switch (api.kind) {
    case "vip":
      return new ApiEndpoint(name, { ...place, kind: "vip", networkId, securityGroupId }, child).portId;
    case "octavia": {
      const admitted = { provider: apiEndpoint.provider, allowedCidrs: [cidr, ...access.api] };
      const members = plan.controlPlane.map(({ name: node, address }) => ({
        ...{ name: node, address },
        port: ports.then((found) => found.get(node)!),
      }));
      return new ApiEndpoint(name, { ...place, kind: "octavia", ...admitted, members }, child).portId;
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
