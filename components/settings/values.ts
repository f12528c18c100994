import { Netmask } from "netmask";
import { offsetIn, parseCidr } from "../addressing/ipv4";
import {
  AddressRange,
  defaultLayout,
  poolsApart,
  rangeText,
  SMALLEST_SUBNET,
  SubnetLayout,
} from "../addressing/subnetLayout";
import { defaultKind, EndpointKind } from "../kubernetes/api";
import { ArtifactSource } from "../kubernetes/artifacts";
import { programsOf } from "../kubernetes/releases";
import { KubernetesVersion, parseKubernetesVersion } from "../kubernetes/version";
import { urlParts } from "./forms/hosts";
import { registryOf } from "./forms/image";
import { Kept } from "./parse";
import { Settings, WorkerPoolSettings } from "./schema";

type Network = Settings["network"];

/** What of the network's settings is a value as it stands. */
const NETWORK = [
  "maxHostRoutes",
  "routeTier",
  "routerRoutes",
  "routerId",
  "maxRouterRoutes",
  "networkId",
  "subnetId",
  "externalNetwork",
  "dnsServers",
  "nonMasqueradeCidrs",
] as const satisfies readonly (keyof Network)[];

/** What the checks work on: settings, with each range parsed once. */
export interface Values
  extends
    Pick<
      Settings,
      "clusterName" | "kubernetesVersion" | "nodeMask" | "clusterDns" | "certificates" | "maxServerGroupMembers"
    >,
    Pick<Network, (typeof NETWORK)[number]> {
  clusterCidr: Netmask;
  serviceCidr: Netmask;
  /** The node subnet. */
  subnet: Netmask;
  nodePorts: Range;
  release: KubernetesVersion;
  artifacts: Pick<ArtifactSource, "versions" | "sha256">;
  controlPlaneCount: number;
  /** How the API is reached, where the kind is known. */
  endpoint: Endpoint;
  /** The control plane, as far as it is known. */
  controlPlane: Kept<Settings["controlPlane"]>;
  /** Snapshots of etcd, as far as they are known. */
  snapshots: Kept<Settings["snapshots"]>;
  /** Generations of keys, as far as they are known. */
  keys: Kept<Settings["keys"]>;
  /** The worker pools, each as far as it is known. */
  pools: readonly Kept<WorkerPoolSettings>[];
  /** The lists of `access`, each as far as it is known. */
  access: Partial<Settings["access"]>;
  /** What nodes connect to by name or address: the host in each key that has one. */
  hosts: readonly NamedHost[];
  /** The lists of extra files, each file as far as it is known. */
  extraFiles: readonly { key: string; files: readonly Kept<ExtraFile>[] }[];
  /** Where everything is in the subnet; absent if the subnet is too small. */
  layout: SubnetLayout;
  /** The same as numbers; absent unless every address is a host address of the subnet and the allocation pools are in order. */
  offsets: Offsets;
}

/** How the API is reached: the keys that are known, with the kind that follows from them. */
export interface Endpoint extends Omit<Kept<Settings["apiEndpoint"]>, "kind"> {
  kind: EndpointKind;
  /** How many control-plane nodes make it the kind; undefined where the operator has chosen it. */
  defaultFor?: number | undefined;
}

/** A key whose value names a host. */
export interface NamedHost {
  key: string;
  value: string;
  host: string;
}

type ExtraFile = WorkerPoolSettings["extraFiles"][number];

/** Two numbers, both included. */
export type Range = [first: number, last: number];

/** A layout as offsets from the subnet's first address. */
export interface Offsets {
  gateway: number;
  firstWorker: number;
  firstControlPlane: number;
  allocationPools: Range[];
}

const PROGRAMS = ["etcd", "containerd", "runc", "cniPlugins"] as const;

/**
 * The values of what parsed, without those that depend on a malformed key.
 * @param pools the existing subnet's, where they were read
 */
export function valuesOf(settings: Kept<Settings>, pools?: readonly AddressRange[]): Partial<Values> {
  const { network = {}, controlPlane = {}, artifacts = {}, certificates = {} } = settings;
  const values: Partial<Values> = {
    ...picked(settings, ["clusterName", "kubernetesVersion", "nodeMask", "clusterDns", "maxServerGroupMembers"]),
    ...picked<Network, (typeof NETWORK)[number]>(network, NETWORK),
  };
  if (settings.access !== undefined) values.access = settings.access as Partial<Settings["access"]>;
  values.hosts = hostsOf(settings);
  values.extraFiles = [controlPlane, ...(settings.workerPools ?? [])].flatMap((role, i) => {
    const key = i === 0 ? "controlPlane.extraFiles" : `workerPools[${i - 1}].extraFiles`;
    return role?.extraFiles === undefined ? [] : [{ key, files: role.extraFiles.map((file) => file ?? {}) }];
  });
  if (settings.clusterCidr !== undefined) values.clusterCidr = parseCidr(settings.clusterCidr);
  if (settings.serviceCidr !== undefined) values.serviceCidr = parseCidr(settings.serviceCidr);
  if (settings.serviceNodePortRange !== undefined) values.nodePorts = portsOf(settings.serviceNodePortRange);
  if (settings.kubernetesVersion !== undefined) values.release = parseKubernetesVersion(settings.kubernetesVersion);
  values.controlPlane = controlPlane;
  if (controlPlane.count !== undefined) values.controlPlaneCount = controlPlane.count;
  const endpoint = endpointOf(settings);
  if (endpoint) values.endpoint = endpoint;
  if (settings.snapshots !== undefined) values.snapshots = settings.snapshots;
  if (settings.keys !== undefined) values.keys = settings.keys;
  if (settings.workerPools !== undefined) values.pools = settings.workerPools.map((pool) => pool ?? {});
  if (has<Settings["certificates"]>(certificates, ["validityHours", "caValidityHours", "earlyRenewalHours"])) {
    values.certificates = certificates;
  }
  const { versions = {}, sha256 } = artifacts;
  const { release } = values;
  if (release && sha256 && has<Settings["artifacts"]["versions"]>(versions, PROGRAMS)) {
    const belonging = withSet(programsOf(release), versions);
    values.artifacts = { versions: belonging, sha256: sha256 as Record<string, string> };
  }
  if (network.cidr !== undefined) Object.assign(values, subnetValues(parseCidr(network.cidr), network, pools));
  return values;
}

/** What follows, with the operator's own before it, key by key. */
export function withSet<T extends object>(following: T, set: { [K in keyof T]?: T[K] | undefined }): T {
  return { ...following, ...Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)) };
}

function endpointOf({ apiEndpoint, controlPlane = {} }: Kept<Settings>): Endpoint | undefined {
  if (!apiEndpoint || !has(apiEndpoint, ["kind"])) return undefined;
  const { kind, ...keys } = apiEndpoint;
  if (kind !== undefined) return { ...keys, kind };
  const { count } = controlPlane;
  return count === undefined ? undefined : { ...keys, kind: defaultKind(count), defaultFor: count };
}

function hostsOf({ apiEndpoint = {}, artifacts = {}, images = {} }: Kept<Settings>): NamedHost[] {
  const found = (key: string, value: string | undefined, host: string | undefined) =>
    value === undefined || host === undefined ? [] : [{ key, value, host }];
  const { baseUrl } = artifacts;
  return [
    ...found("apiEndpoint.host", apiEndpoint.host, apiEndpoint.host),
    ...found("artifacts.baseUrl", baseUrl, baseUrl && urlParts(baseUrl)?.host),
    ...Object.entries(images).flatMap(([key, image]) => found(`images.${key}`, image, image && registryOf(image))),
  ];
}

const LAYOUT = ["gateway", "firstWorkerAddress", "firstControlPlaneAddress", "allocationPool"] as const;

function subnetValues(subnet: Netmask, network: Kept<Network>, pools?: readonly AddressRange[]): Partial<Values> {
  if (subnet.bitmask > SMALLEST_SUBNET || !has<Network, (typeof LAYOUT)[number]>(network, LAYOUT)) return { subnet };
  const pool = network.allocationPool;
  if (pool && !has<NonNullable<Network["allocationPool"]>>(pool, ["start", "end"])) return { subnet };
  const layout = layoutOf(subnet, network, pools);
  const at = (address: string) => offsetIn(subnet, address);
  const offsets: Offsets = {
    gateway: at(layout.gateway),
    firstWorker: at(layout.firstWorker),
    firstControlPlane: at(layout.firstControlPlane),
    allocationPools: layout.allocationPools.map(({ start, end }) => [at(start), at(end)]),
  };
  const fixed = [offsets.gateway, offsets.firstWorker, offsets.firstControlPlane, ...offsets.allocationPools.flat()];
  const inOrder = offsets.allocationPools.every(([first, last]) => first <= last);
  const sound = fixed.every((offset) => isHost(subnet, offset)) && inOrder;
  return { subnet, layout, ...(sound ? { offsets } : {}) };
}

/** Whether an offset is that of an address which a host may have: neither the subnet's first nor its last. */
export const isHost = (subnet: Netmask, offset: number) => offset > 0 && offset < subnet.size - 1;

/** The allocation pool in which the address at an offset is, as `first to last`. */
export function poolAt({ layout, offsets }: Pick<Values, "layout" | "offsets">, offset: number): string | undefined {
  const place = offsets.allocationPools.findIndex(([first, last]) => offset >= first && offset <= last);
  const pool = layout.allocationPools[place];
  return pool && rangeText(pool);
}

/**
 * The node subnet's layout: the default one, with what the operator set, or what was read.
 * @param pools the existing subnet's, where they were read
 * @throws RangeError below /28.
 */
export function layoutOf(
  subnet: Netmask,
  network: Pick<Network, (typeof LAYOUT)[number]>,
  pools: readonly AddressRange[] = [],
): SubnetLayout {
  const standard = defaultLayout(subnet);
  const firstWorker = network.firstWorkerAddress ?? standard.firstWorker;
  const firstControlPlane = network.firstControlPlaneAddress ?? standard.firstControlPlane;
  const apart = poolsApart(subnet, pools, [firstWorker, firstControlPlane]);
  return {
    gateway: network.gateway ?? standard.gateway,
    firstWorker,
    firstControlPlane,
    allocationPools: network.allocationPool
      ? [network.allocationPool]
      : apart.length > 0
        ? apart
        : standard.allocationPools,
  };
}

/** `3000-32767` as two numbers. */
export function portsOf(range: string): Range {
  const [first = 0, last = 0] = range.split("-").map(Number);
  return [first, last];
}

/** Whether all of these members are known. */
export function has<T extends object, K extends keyof T = keyof T>(
  kept: Kept<T>,
  keys: readonly K[],
): kept is Kept<T> & Pick<T, K> {
  return keys.every((key) => key in kept);
}

/** The known ones of these members, set or not. */
function picked<T extends object, K extends keyof T>(kept: Kept<T>, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.filter((key) => key in kept).map((key) => [key, kept[key]])) as Partial<Pick<T, K>>;
}
