import { z } from "zod";
import { POD_SECURITY_LEVELS } from "../../kubernetes/apiServerConfig";
import { DEFAULT_RELEASE } from "../../kubernetes/releases";
import { artifacts, images } from "./artifacts";
import { apiEndpoint } from "./endpoint";
import { network } from "./network";
import { controlPlane, workerPool, workerPools } from "./nodes";
import { rotation } from "./rotation";
import { snapshots } from "./snapshots";
import {
  address,
  cidr,
  clusterDomain,
  dnsLabel,
  hours,
  kubernetesRelease,
  optional,
  portRange,
  publicKey,
  recovery,
} from "./types";

const access = z
  .strictObject({
    ssh: z.array(cidr).default([]).meta({ description: "Who may reach port 22 of all nodes.", whenUnset: "nobody" }),
    api: z.array(cidr).default([]).meta({
      description:
        "Who may reach the API, port 6443 of the control plane. Nodes and pods always may. **The machine that runs Pulumi must**: list its address as the cloud sees it.",
      whenUnset: "only nodes and pods",
    }),
    nodePorts: z.array(cidr).default([]).meta({
      description:
        "Who may reach NodePorts of the workers, by TCP and UDP; with `network.routerRoutes` the same ports of pods, too, as a rule of Neutron's does not tell a worker's address from its pods'.",
      whenUnset: "nobody",
    }),
  })
  .meta({
    description:
      "Networks outside of the node subnet that may reach the nodes. Of a range wider than /8, such as 0.0.0.0/0, the program warns. Ranges inside of `clusterCidr`, `serviceCidr` or `network.cidr` are refused: what comes from there is not what it looks like.",
  });

const certificates = z
  .strictObject({
    validityHours: hours.min(24).default(8_760).meta({
      description: "How long certificates are valid.",
      rule: "less than `certificates.caValidityHours`",
    }),
    adminValidityHours: hours.min(24).default(2_160).meta({
      description:
        "How long the administrator's certificate in the output `kubeconfig` is valid. In the last third of that time, or `earlyRenewalHours` before its end if that is later, a `pulumi up` renews it.",
      rule: "less than `certificates.caValidityHours`",
    }),
    caValidityHours: hours.min(24).default(87_600).meta({
      description: "How long the three certificate authorities are valid, counted from the first `pulumi up`.",
    }),
    earlyRenewalHours: hours.min(1).default(720).meta({
      description: "How long before its expiry a `pulumi up` renews a certificate.",
      rule: "less than both validities",
    }),
  })
  .meta({ description: "How long certificates are valid, and when they are renewed." });

const rollout = z
  .strictObject({
    maxUnavailable: z.int().min(1).max(65_535).default(1).meta({
      description:
        "How many workers of a pool may be out of service at a time while servers are replaced. Pools do not wait for each other.",
    }),
    drainTimeout: z.int().min(1).max(86_400).default(900).meta({
      description:
        "How long the pods of a worker may take to leave it before its server is replaced or removed. PodDisruptionBudgets are respected; what is still there then ends the update, and the worker stays in service. The default is that of kOps and EKS.",
      unit: "seconds",
    }),
  })
  .meta({ description: "How servers of workers are replaced, whatever for: drained, one after the other." });

/**
 * The shape of the configuration: every key with its type, default and meaning. What keys mean for each other is in the
 * checks beside this folder.
 */
export const settingsSchema = z.strictObject({
  clusterName: dnsLabel.meta({
    description: "Prefix of all names: resources, hosts and nodes.",
    whenUnset: "the stack's name",
    rule: "no node name longer than 63 characters",
  }),
  kubernetesVersion: kubernetesRelease.default(DEFAULT_RELEASE).meta({
    description:
      "Release of Kubernetes. Without a patch number, the release that the program pins is meant, or else `.0`.",
    rule: "1.24 or later, or 1.4; every binary's digest known: pinned, or in `artifacts.sha256`; on a running stack not an earlier minor release, nor more than one further",
  }),
  clusterCidr: cidr.default("10.200.0.0/16").meta({
    description: "Range of all pods (`--cluster-cidr`). Every worker owns one block of it, its podCIDR.",
    rule: "/8 or smaller; no overlap with `serviceCidr`, `network.cidr` and ranges that no host can have; no range of `access` in it",
  }),
  nodeMask: z.int().min(8).max(30).default(24).meta({
    description: "Prefix length of a worker's podCIDR (`--node-cidr-mask-size`).",
    rule: "not less than the prefix length of `clusterCidr`",
  }),
  serviceCidr: cidr.default("10.32.0.0/24").meta({
    description: "Range of all Services (`--service-cluster-ip-range`).",
    rule: "/12 to /28; no overlap with `clusterCidr`, `network.cidr` and ranges that no host can have; no range of `access` in it",
  }),
  serviceNodePortRange: portRange.default("3000-32767").meta({
    description: "Ports for Services of type NodePort (`--service-node-port-range`).",
    rule: "within 1024-32767: below are ports of nodes' own services, above those that they send from",
  }),
  clusterDns: optional(address).meta({
    description: "Address of the cluster's DNS Service (`--cluster-dns`).",
    whenUnset: "10th address of `serviceCidr`",
    rule: "a host address of `serviceCidr`, but not the 1st, which is the API's",
  }),
  clusterDomain: clusterDomain.default("cluster.local").meta({
    description: "DNS domain of the cluster's Services and pods (`--cluster-domain`).",
  }),
  network: network.prefault({}),
  apiEndpoint: apiEndpoint.prefault({}),
  controlPlane: controlPlane.prefault({}),
  workerPools,
  maxServerGroupMembers: z.int().min(1).max(65_535).default(10).meta({
    description:
      "How many servers Nova allows in one server group (its quota `server_group_members`, which `openstack quota show` prints). A pool with more has several groups, by its workers' indexes. The default is Nova's own.",
  }),
  rollout: rollout.prefault({}),
  preflight: z.boolean().default(true).meta({
    description:
      "Whether a preview and an update begin with the question if the cloud has room for the plan, and knows what the configuration names. What is asked, and what is refused: [before an update](operations.md#before-an-update). `false` is for a cloud whose answers are not to be relied on.",
  }),
  sshPublicKey: optional(publicKey).meta({
    description: "Public key that may log in as the images' default user.",
    whenUnset: "no SSH login",
  }),
  access: access.prefault({}),
  artifacts: artifacts.prefault({}),
  images: images.prefault({}),
  certificates: certificates.prefault({}),
  keys: rotation.prefault({}),
  snapshots: snapshots.prefault({}),
  recovery: optional(recovery).meta({
    description:
      "Keys of an earlier cluster, for a new stack that is restored from its snapshot: the other stack's output `recovery`, as a secret. The stack keeps them, also when this key is removed.",
    whenUnset: "keys of the stack's own",
    rule: "a new stack only",
  }),
  podSecurity: z.enum(POD_SECURITY_LEVELS).default("baseline").meta({
    description:
      "Pod Security level that pods must meet in namespaces without labels `pod-security.kubernetes.io/…`; kube-system is exempt. Pods that the next stricter level would refuse are warned of.",
  }),
  allowInsecure: z.boolean().default(false).meta({
    description:
      "Renders the insecure flags of the 1.4-era document, for study only. The program warns of each one. No effect from 1.24 on.",
  }),
});

/** The configuration as the operator may write it. */
export type SettingsInput = z.input<typeof settingsSchema>;
/** The configuration with all defaults filled in. */
export type Settings = z.output<typeof settingsSchema>;
export type WorkerPoolSettings = z.output<typeof workerPool>;
