import { addressAt, parseCidr } from "../addressing/ipv4";
import { slotCapacity } from "../addressing/podCidr";
import { planRoutes, RoutePlan } from "../addressing/routePlan";
import { defaultApiAddress, NodeRanges, nodeRanges, SubnetLayout } from "../addressing/subnetLayout";
import { apiUrl, defaultKind, EndpointKind, hasOwnAddress, isBalanced } from "../kubernetes/api";
import { ArtifactSource } from "../kubernetes/artifacts";
import { ClusterImages, imagesOf, programsOf } from "../kubernetes/releases";
import { KubernetesVersion, parseKubernetesVersion, usesCri } from "../kubernetes/version";
import { ExistingSubnet, ReadKey } from "./existingSubnet";
import { RouteTier, tierOf } from "./routeTier";
import { Settings } from "./schema";
import { layoutOf, portsOf, withSet } from "./values";

type Immutable<T> = { readonly [K in keyof T]: Immutable<T[K]> };

/** What follows from the configuration. */
interface Derived {
  /** The release that `kubernetesVersion` names. */
  release: KubernetesVersion;
  /** Whether kubelet talks to containerd by CRI, and CNI makes the pod bridge; else Docker, and kubelet does. */
  cri: boolean;
  /** Where nodes' programs come from, and in which releases: those that belong to `release`, with what the operator set. */
  artifacts: ArtifactSource;
  /** The same of the cluster's own images. */
  images: ClusterImages;
  /** The DNS service's address: the configured one, else the service CIDR's 10th. */
  clusterDns: string;
  /** `serviceNodePortRange` as numbers, both ends included. */
  nodePorts: [first: number, last: number];
  /** Where everything is in the node subnet: the default layout, with what the operator set. */
  layout: SubnetLayout;
  /** Where nodes may stand, however many there are: who knows the routes to pods. */
  nodeRanges: NodeRanges;
  /** What of that was read of an existing subnet, whose owner may change it, by configuration key; in words. */
  readOfSubnet: Partial<Record<"network.gateway" | "network.allocationPool", string>>;
  /** Every node, with its address, podCIDR and host route. */
  plan: RoutePlan;
  /** What carries the routes to the nodes; and which of them are host routes of the subnet. */
  routeTier: RouteTier;
  hostRoutes: RoutePlan["routes"];
  /** Where nodes reach the API. */
  api: ApiEndpoint;
  /** Where snapshots of etcd go, if there are any. */
  snapshots: SnapshotSpec | undefined;
}

export type SnapshotSpec = Settings["snapshots"] & {
  container: string;
  /** The cluster's folder in it; ends with a slash. */
  prefix: string;
};

export interface ApiEndpoint {
  kind: EndpointKind;
  /** Address or name, as nodes use it. */
  host: string;
  behindBalancer: boolean;
  url: string;
  /** Whether it has a floating IP, for everybody else. */
  floatingIp: boolean;
}

/** Everything that a cluster is made from: the configuration, and all that follows from it. Components take slices of it. */
export type ClusterSpec = Immutable<Omit<Settings, keyof Derived> & Derived>;
export type WorkerPoolSpec = ClusterSpec["workerPools"][number];

/**
 * Derives, once for all components, what follows from a configuration without problems (`validate`).
 * @param existing the existing subnet, where it was read
 * @throws RangeError for a configuration that has problems
 */
export function resolve(settings: Settings, existing?: ExistingSubnet): ClusterSpec {
  const release = parseKubernetesVersion(settings.kubernetesVersion);
  const clusterCidr = parseCidr(settings.clusterCidr);
  const subnet = parseCidr(settings.network.cidr);
  const { apiEndpoint, controlPlane, network } = settings;
  const kind = apiEndpoint.kind ?? defaultKind(controlPlane.count);
  const own = hasOwnAddress(kind) ? (apiEndpoint.address ?? defaultApiAddress(subnet)) : undefined;
  const layout = {
    ...layoutOf(subnet, network, existing?.allocationPools),
    ...(own === undefined ? {} : { api: own }),
  };
  const plan = planRoutes({
    clusterName: settings.clusterName,
    clusterCidr,
    nodeMask: settings.nodeMask,
    subnet,
    layout,
    controlPlaneCount: controlPlane.count,
    pools: settings.workerPools,
  });
  const host = own ?? apiEndpoint.host ?? plan.controlPlane[0]!.address;
  const behindBalancer = isBalanced(kind);
  const ranges = nodeRanges(subnet, layout, slotCapacity(clusterCidr, settings.nodeMask));
  const { clusterName, snapshots } = settings;
  return frozen({
    ...settings,
    release,
    cri: usesCri(release),
    artifacts: { ...settings.artifacts, versions: withSet(programsOf(release), settings.artifacts.versions) },
    images: withSet(imagesOf(release), settings.images),
    clusterDns: settings.clusterDns ?? addressAt(parseCidr(settings.serviceCidr), 10),
    nodePorts: portsOf(settings.serviceNodePortRange),
    snapshots:
      snapshots.container === undefined
        ? undefined
        : { ...snapshots, container: snapshots.container, prefix: `${clusterName}/` },
    layout,
    // Whoever holds it is one of the control plane's nodes.
    nodeRanges: kind === "vip" ? { ...ranges, controlPlane: [...ranges.controlPlane, `${host}/32`] } : ranges,
    readOfSubnet: readOfSubnet(layout, existing?.leftOut ?? []),
    plan,
    ...tierOf(network, settings.nodeMask, plan),
    api: {
      kind,
      host,
      behindBalancer,
      url: apiUrl(host, behindBalancer),
      floatingIp: (apiEndpoint.floatingIp ?? kind !== "external") && network.externalNetwork !== undefined,
    },
  });
}

/** Nodes are told who is no node: where pools begin, and the gateway. Where a pool ends makes no difference to them. */
const readOfSubnet = (
  { gateway, allocationPools }: SubnetLayout,
  read: readonly ReadKey[],
): Derived["readOfSubnet"] => ({
  ...(read.includes("gateway") ? { "network.gateway": gateway } : {}),
  ...(read.includes("allocationPool")
    ? { "network.allocationPool": `from ${allocationPools.map(({ start }) => start).join(" and ")} on` }
    : {}),
});

/** A copy that nobody can change, at any depth. (Not `structuredClone`'s: under jest that is of another realm, which Pulumi does not take.) */
function frozen<T>(value: T): Immutable<T> {
  if (typeof value !== "object" || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map((item: unknown) => frozen(item))
    : Object.fromEntries(Object.entries(value).map(([key, member]: [string, unknown]) => [key, frozen(member)]));
  return Object.freeze(copy) as Immutable<T>;
}
