import { addressAt, parseCidr } from "../addressing/ipv4";
import { PlannedControlPlane, PlannedWorker, RoutePlan } from "../addressing/routePlan";
import { artifactsOf, controlPlaneUpstream, workerUpstream } from "../kubernetes/artifacts";
import { RenderOptions } from "../kubernetes/flags/render";
import { FlagValues } from "../kubernetes/flags/types";
import { parseKubernetesVersion } from "../kubernetes/version";
import { ControlPlaneCredentials, WorkerCredentials } from "../pki/credentials";
import { Settings } from "../settings/schema";
import { controlPlaneUserData } from "./controlPlane";
import { workerUserData } from "./worker";

/** The DNS service's address: the configured one, else the 10th of the service CIDR. */
export const clusterDnsOf = ({ clusterDns, serviceCidr }: Pick<Settings, "clusterDns" | "serviceCidr">) =>
  clusterDns ?? addressAt(parseCidr(serviceCidr), 10);

/** What flags are rendered for. */
export const renderOptions = ({ kubernetesVersion, allowInsecure }: Settings): RenderOptions => ({
  version: parseKubernetesVersion(kubernetesVersion),
  allowInsecure,
});

/** The values that flags take on one node. */
export function flagValues(settings: Settings, plan: RoutePlan, node: { name: string; address: string }): FlagValues {
  const { loadBalancer } = settings.controlPlane;
  return {
    nodeName: node.name,
    hostIp: node.address,
    apiAddress: loadBalancer ?? plan.controlPlane[0]!.address,
    behindBalancer: loadBalancer !== undefined,
    clusterCidr: settings.clusterCidr,
    nodeMask: settings.nodeMask,
    serviceCidr: settings.serviceCidr,
    serviceNodePortRange: settings.serviceNodePortRange,
    clusterDns: clusterDnsOf(settings),
    clusterDomain: settings.clusterDomain,
    controlPlane: plan.controlPlane,
  };
}

/** User-data of one control-plane node of a stack. */
export function controlPlaneNodeUserData(
  settings: Settings,
  plan: RoutePlan,
  node: PlannedControlPlane,
  credentials: ControlPlaneCredentials,
): string {
  const options = renderOptions(settings);
  return controlPlaneUserData({
    values: flagValues(settings, plan, node),
    options,
    credentials,
    artifacts: artifactsOf(controlPlaneUpstream(options.version, settings.artifacts), settings.artifacts),
    extraFiles: settings.controlPlane.extraFiles,
  });
}

/** User-data of one worker of a stack. */
export function workerNodeUserData(
  settings: Settings,
  plan: RoutePlan,
  node: PlannedWorker,
  credentials: WorkerCredentials,
): string {
  const options = renderOptions(settings);
  return workerUserData({
    values: flagValues(settings, plan, node),
    options,
    credentials,
    artifacts: artifactsOf(workerUpstream(options.version, settings.artifacts), settings.artifacts),
    extraFiles: settings.workerPools.find(({ name }) => name === node.pool)!.extraFiles,
    podCidr: node.podCidr,
    nodeCidr: settings.network.cidr,
    sandboxImage: settings.images.sandbox,
  });
}
