import { isAddress } from "../addressing/ipv4";
import { PlannedControlPlane, PlannedWorker } from "../addressing/routePlan";
import { artifactsOf, controlPlaneUpstream, workerUpstream } from "../kubernetes/artifacts";
import { FlagValues } from "../kubernetes/flags/types";
import { ControlPlaneCredentials, WorkerCredentials } from "../pki/credentials";
import { ClusterSpec } from "../settings/resolve";
import { publishesPlan } from "../settings/routeTier";
import { controlPlaneUserData } from "./controlPlane";
import { Restore } from "./snapshots";
import { VirtualAddress } from "./virtualAddress";
import { workerUserData } from "./worker";

/** What of the cluster flags take their values from. */
type FlagSpec = Pick<
  ClusterSpec,
  "api" | "plan" | "clusterCidr" | "nodeMask" | "serviceCidr" | "serviceNodePortRange" | "clusterDns" | "clusterDomain"
>;

/** What of the cluster goes into its nodes' user-data. */
export type UserDataSpec = FlagSpec &
  Pick<
    ClusterSpec,
    | "release"
    | "cri"
    | "nodeRanges"
    | "allowInsecure"
    | "podSecurity"
    | "artifacts"
    | "controlPlane"
    | "workerPools"
    | "network"
    | "images"
    | "keys"
  >;

/** The values that flags take on one node. */
export function flagValues(spec: FlagSpec, node: { name: string; address: string }): FlagValues {
  return {
    nodeName: node.name,
    hostIp: node.address,
    apiUrl: spec.api.url,
    clusterCidr: spec.clusterCidr,
    nodeMask: spec.nodeMask,
    serviceCidr: spec.serviceCidr,
    serviceNodePortRange: spec.serviceNodePortRange,
    clusterDns: spec.clusterDns,
    clusterDomain: spec.clusterDomain,
    controlPlane: spec.plan.controlPlane,
  };
}

/**
 * User-data of one control-plane node of a stack.
 * @param etcdBegun whether there is a cluster of etcd that the node joins, even if it is the first one
 * @param restore what a new cluster begins with, if not with nothing
 */
export function controlPlaneNodeUserData(
  spec: UserDataSpec,
  node: PlannedControlPlane,
  credentials: ControlPlaneCredentials,
  etcdBegun = false,
  restore?: Restore,
): string {
  return controlPlaneUserData({
    values: { ...flagValues(spec, node), etcdBegun },
    options: spec,
    credentials,
    podSecurity: spec.podSecurity,
    artifacts: artifactsOf(controlPlaneUpstream(spec.release, spec.artifacts), spec.artifacts),
    extraFiles: spec.controlPlane.extraFiles,
    workers: spec.nodeRanges.workers,
    readsPlan: publishesPlan(spec),
    virtual: virtualAddress(spec),
    restore,
  });
}

/** How many members stand for several: which of them there are is no difference. */
const SEVERAL = 3;

/**
 * What a control-plane server is made with, for a comparison: its user-data without what changes while it runs as it should. That is whether etcd
 * has begun, what with, and how many members there are. An only one is another matter than one of several, as it knows of no others.
 * @param restores how many times all members began anew, each of which takes new servers
 */
export function controlPlaneMadeWith(
  spec: UserDataSpec,
  node: PlannedControlPlane,
  credentials: ControlPlaneCredentials,
  restores = 0,
): string {
  const plan = { ...spec.plan, controlPlane: spec.plan.controlPlane.slice(0, SEVERAL) };
  const text = controlPlaneNodeUserData({ ...spec, plan }, node, credentials, true);
  return restores === 0 ? text : `${text}\n${restores}`;
}

const virtualAddress = ({ api: { kind, host }, nodeRanges }: UserDataSpec): VirtualAddress | undefined =>
  kind === "vip"
    ? { address: host, members: nodeRanges.controlPlane.filter((range) => range !== `${host}/32`) }
    : undefined;

/** User-data of one worker of a stack. */
export function workerNodeUserData(spec: UserDataSpec, node: PlannedWorker, credentials: WorkerCredentials): string {
  const { behindBalancer, host } = spec.api;
  return workerUserData({
    values: flagValues(spec, node),
    options: spec,
    credentials,
    artifacts: artifactsOf(workerUpstream(spec.release, spec.artifacts), spec.artifacts),
    extraFiles: spec.workerPools.find(({ name }) => name === node.pool)!.extraFiles,
    cri: spec.cri,
    podCidr: node.podCidr,
    nodes: spec.nodeRanges,
    readsPlan: publishesPlan(spec),
    nonMasqueradeCidrs: spec.network.nonMasqueradeCidrs,
    balancer: behindBalancer && isAddress(host) ? host : undefined,
    containerd: spec.artifacts.versions.containerd,
    sandboxImage: spec.images.sandbox,
  });
}
