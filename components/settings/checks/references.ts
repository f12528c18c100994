import { controlPlaneUpstream, unpinned, workerUpstream } from "../../kubernetes/artifacts";
import { DEFAULT_RELEASE, setOf } from "../../kubernetes/releases";
import { CRI_FROM, usesCri } from "../../kubernetes/version";
import { Values } from "../values";
import { Check, check } from "./check";

/** The 1.4-era document's release, the oldest in the flags table: kubelet makes the pod bridge itself. Later releases have nothing that
 * does, until CRI. */
const DOCUMENTED_MINOR = 4;

/** Existing network and subnet come together, and bring their own layout. */
const existingNetwork = check(["networkId", "subnetId"], ({ networkId, subnetId }) => {
  if ((networkId === undefined) === (subnetId === undefined)) return [];
  const [set, missing] = networkId === undefined ? ["subnetId", "networkId"] : ["networkId", "subnetId"];
  return [
    {
      key: `network.${set}`,
      value: networkId ?? subnetId,
      problem: `is set without hostroute:network.${missing}`,
      remedy: `Set both, or neither to have them created.`,
    },
  ];
});

const sameIds = check(["networkId", "subnetId"], ({ networkId, subnetId }) => {
  if (subnetId === undefined || networkId !== subnetId) return [];
  return [
    {
      key: "network.subnetId",
      value: subnetId,
      problem: "is hostroute:network.networkId, too, and one id is never both",
      remedy: "Give the id that `openstack subnet list` shows.",
    },
  ];
});

const release = check(["kubernetesVersion", "release"], ({ kubernetesVersion, release }) => {
  if (release.minor === DOCUMENTED_MINOR || usesCri(release)) return [];
  return [
    {
      key: "kubernetesVersion",
      value: kubernetesVersion,
      problem:
        release.minor < DOCUMENTED_MINOR
          ? "is older than 1.4, the oldest release that the program knows"
          : "has neither kubelet's --configure-cbr0 nor containerd's CNI template, so nothing would connect its pods",
      remedy: `Choose 1.${CRI_FROM} or later (${DEFAULT_RELEASE} is the default), or 1.${DOCUMENTED_MINOR} for the flags of the 1.4-era document.`,
    },
  ];
});

/** Nothing is downloaded by a node without its SHA-256 known beforehand. */
const withoutDigest = ({ release, artifacts }: Pick<Values, "release" | "artifacts">) =>
  unpinned([...controlPlaneUpstream(release, artifacts), ...workerUpstream(release, artifacts)], artifacts);

const isKubernetes = (file: string) => file.startsWith("dl.k8s.io/");

/** One problem for all programs of a release: it is the release that somebody chose. */
const releaseDigests = check(["kubernetesVersion", "release", "artifacts"], ({ kubernetesVersion, ...values }) => {
  const files = withoutDigest(values).filter(isKubernetes);
  if (files.length === 0) return [];
  const { kubernetes } = setOf(values.release);
  return [
    {
      key: "kubernetesVersion",
      value: kubernetesVersion,
      problem: "is a release of which the program has no digests",
      remedy: [
        `Choose ${kubernetes}, the nearest that it has; or set artifacts.sha256 for these files, each to the SHA-256 published next to it:`,
        ...files,
      ].join("\n    "),
    },
  ];
});

const digests = check(["release", "artifacts"], (values) =>
  withoutDigest(values)
    .filter((file) => !isKubernetes(file))
    .map((file) => ({
      key: `artifacts.sha256["${file}"]`,
      value: undefined,
      problem: "is missing: the program has no digest for this release",
      remedy: `Set it to the SHA-256 published next to https://${file}.`,
    })),
);

/** A certificate that counts as due from its first day on would be renewed at every update, and its node replaced. */
const certificates = check(["certificates"], ({ certificates }) => {
  const { earlyRenewalHours, validityHours, caValidityHours } = certificates;
  const shortest = Math.min(validityHours, caValidityHours);
  if (earlyRenewalHours < shortest) return [];
  return [
    {
      key: "certificates.earlyRenewalHours",
      value: earlyRenewalHours,
      problem: `is not less than the ${shortest} hours for which certificates are valid`,
      remedy:
        "Lower it, or raise certificates.validityHours and caValidityHours. The defaults are 720, 8760 and 87600.",
    },
  ];
});

/** No certificate is good for longer than its authority, which was made before it. */
const outlived = check(["certificates"], ({ certificates }) =>
  (["validityHours", "adminValidityHours"] as const)
    .filter((key) => certificates[key] >= certificates.caValidityHours)
    .map((key) => ({
      key: `certificates.${key}`,
      value: certificates[key],
      problem: `is not less than the ${certificates.caValidityHours} hours of hostroute:certificates.caValidityHours: certificates would outlive the authority that signs them`,
      remedy: "Lower it, or raise caValidityHours before the first `pulumi up`. The defaults are 8760, 2160 and 87600.",
    })),
);

/** What has to be there, or to fit, outside of the cluster's own numbers: networks, releases, digests, hours. */
export const referenceChecks: readonly Check[] = [
  existingNetwork,
  sameIds,
  release,
  releaseDigests,
  digests,
  certificates,
  outlived,
];
