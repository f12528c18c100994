import { controlPlaneUpstream, unpinned, workerUpstream } from "../../kubernetes/artifacts";
import { CRI_FROM, parseKubernetesVersion, usesCri } from "../../kubernetes/version";
import { Problem } from "../problem";
import { Settings } from "../schema";

/** The seed's own era, the oldest in the flags table: kubelet makes the pod bridge itself. Between it and CRI a node has nothing that would. */
const DOCUMENTED_MINOR = 4;

/** Existing network and subnet come together, and bring their own layout. */
export function existingNetworkProblems({ network }: Settings): Problem[] {
  if ((network.networkId === undefined) === (network.subnetId === undefined)) return [];
  const [set, missing] = network.networkId
    ? (["networkId", "subnetId"] as const)
    : (["subnetId", "networkId"] as const);
  return [
    {
      key: `network.${set}`,
      value: network[set],
      problem: `stands without hostroute:network.${missing}`,
      remedy: `Give both, or none to have them made.`,
    },
  ];
}

export function versionProblems({ kubernetesVersion }: Settings): Problem[] {
  const release = parseKubernetesVersion(kubernetesVersion);
  if (release.minor === DOCUMENTED_MINOR || usesCri(release)) return [];
  const problem =
    release.minor < DOCUMENTED_MINOR
      ? "is older than the flags table"
      : "has neither kubelet's --configure-cbr0 nor containerd's CNI template, so nothing would connect its pods";
  return [
    {
      key: "kubernetesVersion",
      value: kubernetesVersion,
      problem,
      remedy: `Choose 1.${CRI_FROM} or later (1.34.1 is the default), or 1.${DOCUMENTED_MINOR} for the documented era.`,
    },
  ];
}

/** Nothing is downloaded by a node without its SHA-256 known beforehand. */
export function artifactProblems({ kubernetesVersion, artifacts }: Settings): Problem[] {
  const version = parseKubernetesVersion(kubernetesVersion);
  const files = [...controlPlaneUpstream(version, artifacts), ...workerUpstream(version, artifacts)];
  return unpinned(files, artifacts).map((file) => ({
    key: `artifacts.sha256["${file}"]`,
    value: undefined,
    also: ["kubernetesVersion", "artifacts"],
    problem: "is missing: the release is not among those pinned in the program",
    remedy: `Set it to the digest published beside https://${file}.`,
  }));
}

/** A certificate that counts as due from its first day on would be renewed at every update, and its node replaced. */
export function certificateProblems({ certificates }: Settings): Problem[] {
  const { earlyRenewalHours, validityHours, caValidityHours } = certificates;
  const shortest = Math.min(validityHours, caValidityHours);
  if (earlyRenewalHours < shortest) return [];
  return [
    {
      key: "certificates.earlyRenewalHours",
      value: earlyRenewalHours,
      problem: `is not less than the ${shortest} hours for which certificates are valid`,
      remedy: "Lower it, or raise certificates.validityHours and caValidityHours; 720 and 8760 are the defaults.",
    },
  ];
}
