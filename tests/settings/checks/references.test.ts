import { DEFAULT_RELEASE } from "../../../components/kubernetes/releases";
import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";
import { digestsFor } from "../../fixtures";
import { NETWORK_ID, SUBNET_ID } from "../badInput";

/** What it is about, the configuration, and every problem that it must bring, word for word. */
type Row = [name: string, raw: Record<string, unknown>, problems: string[]];

const rows: Row[] = [
  [
    "a network without subnet",
    { network: { networkId: NETWORK_ID } },
    [
      `hostroute:network.networkId ${NETWORK_ID} is set without hostroute:network.subnetId.\n  Set both, or neither to have them created.`,
    ],
  ],
  [
    "a subnet without network",
    { network: { subnetId: SUBNET_ID } },
    [
      `hostroute:network.subnetId ${SUBNET_ID} is set without hostroute:network.networkId.\n  Set both, or neither to have them created.`,
    ],
  ],
  [
    "a release before the table's first",
    { kubernetesVersion: "1.3.0", artifacts: { sha256: digestsFor("1.3.0", { etcd: "3.6.5" }) } },
    [
      `hostroute:kubernetesVersion 1.3.0 is older than 1.4, the oldest release that the program knows.\n  Choose 1.24 or later (${DEFAULT_RELEASE} is the default), or 1.4 for the flags of the 1.4-era document.`,
    ],
  ],
  [
    "a release between the documented era and containerd's",
    { kubernetesVersion: "1.20.0", artifacts: { sha256: digestsFor("1.20.0", { etcd: "3.6.5" }) } },
    [
      `hostroute:kubernetesVersion 1.20.0 has neither kubelet's --configure-cbr0 nor containerd's CNI template, so nothing would connect its pods.\n  Choose 1.24 or later (${DEFAULT_RELEASE} is the default), or 1.4 for the flags of the 1.4-era document.`,
    ],
  ],
  [
    "a release without its digests",
    { kubernetesVersion: "1.34.1", workerPools: [] },
    [
      `hostroute:kubernetesVersion 1.34.1 is a release of which the program has no digests.
  Choose 1.34.10, the nearest that it has; or set artifacts.sha256 for these files, each to the SHA-256 published next to it:
    dl.k8s.io/release/v1.34.1/bin/linux/amd64/kube-apiserver
    dl.k8s.io/release/v1.34.1/bin/linux/amd64/kube-controller-manager
    dl.k8s.io/release/v1.34.1/bin/linux/amd64/kube-scheduler
    dl.k8s.io/release/v1.34.1/bin/linux/amd64/kubectl
    dl.k8s.io/release/v1.34.1/bin/linux/amd64/kubelet
    dl.k8s.io/release/v1.34.1/bin/linux/amd64/kube-proxy`,
    ],
  ],
  [
    "a release of which one digest is still missing",
    {
      kubernetesVersion: "1.34.1",
      artifacts: {
        sha256: Object.fromEntries(
          Object.entries(digestsFor("1.34.1", { etcd: "3.6.13" })).filter(([file]) => !file.endsWith("/kubelet")),
        ),
      },
    },
    [
      `hostroute:kubernetesVersion 1.34.1 is a release of which the program has no digests.
  Choose 1.34.10, the nearest that it has; or set artifacts.sha256 for these files, each to the SHA-256 published next to it:
    dl.k8s.io/release/v1.34.1/bin/linux/amd64/kubelet`,
    ],
  ],
  [
    "a component without its digest",
    { artifacts: { versions: { runc: "1.4.0" } } },
    [
      'hostroute:artifacts.sha256["github.com/opencontainers/runc/releases/download/v1.4.0/runc.amd64"] is missing: the program has no digest for this release.\n  Set it to the SHA-256 published next to https://github.com/opencontainers/runc/releases/download/v1.4.0/runc.amd64.',
    ],
  ],
  [
    "certificates that are due from their first day on",
    { certificates: { validityHours: 720, caValidityHours: 8760 } },
    [
      "hostroute:certificates.earlyRenewalHours 720 is not less than the 720 hours for which certificates are valid.\n  Lower it, or raise certificates.validityHours and caValidityHours. The defaults are 720, 8760 and 87600.",
    ],
  ],
  [
    "certificates that outlive their authority",
    { certificates: { validityHours: 87_600 } },
    [
      "hostroute:certificates.validityHours 87600 is not less than the 87600 hours of hostroute:certificates.caValidityHours: certificates would outlive the authority that signs them.\n  Lower it, or raise caValidityHours before the first `pulumi up`. The defaults are 8760, 2160 and 87600.",
    ],
  ],
  [
    "one id for network and subnet",
    { network: { networkId: NETWORK_ID, subnetId: NETWORK_ID } },
    [
      `hostroute:network.subnetId ${NETWORK_ID} is hostroute:network.networkId, too, and one id is never both.\n  Give the id that \`openstack subnet list\` shows.`,
    ],
  ],
  [
    "problems of form and of meaning, all at once",
    {
      clusterCidr: "10.200.0.0",
      controlPlane: { count: 2 },
      serviceCidr: "10.106.1.0/24",
      clusterDns: "10.0.0.1",
      bogus: 1,
    },
    [
      "hostroute:clusterCidr 10.200.0.0 is not an IPv4 CIDR.\n  Write address/prefix, for example 10.200.0.0/16.",
      "hostroute:controlPlane.count 2 is not 1, 3 or 5.\n  Choose an odd number up to 5: etcd needs a majority.",
      "hostroute:bogus 1 is not a known key.\n  Remove it, or use one of: clusterName, kubernetesVersion, clusterCidr, nodeMask, serviceCidr, serviceNodePortRange, clusterDns, clusterDomain, network, apiEndpoint, controlPlane, workerPools, maxServerGroupMembers, rollout, preflight, sshPublicKey, access, artifacts, images, certificates, keys, snapshots, recovery, podSecurity, allowInsecure.",
      "hostroute:serviceCidr 10.106.1.0/24 is the same range as hostroute:network.cidr 10.106.1.0/24.\n  Choose a range outside of it, for example 10.32.0.0/24.",
      "hostroute:clusterDns 10.0.0.1 is outside of hostroute:serviceCidr 10.106.1.0/24.\n  Choose another address in it, for example 10.106.1.10, or leave the key out.",
    ],
  ],
];

it.each(rows)("refuses %s", (_name, raw, expected) => {
  expect(validate({ clusterName: "dev", ...raw }).problems.map(formatProblem)).toEqual(expected);
});
