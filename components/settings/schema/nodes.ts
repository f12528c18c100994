import { z } from "zod";
import { SERVER_GROUPS } from "../serverGroups";
import {
  count,
  dnsLabel,
  fileContent,
  fileMode,
  filePath,
  issue,
  labelValue,
  name,
  nodeLabelKey,
  optional,
  taintKey,
  uuid,
} from "./types";

const extraFile = z.strictObject({
  path: filePath.meta({
    description: "Where the file is written.",
    rule: "once a list; not a file, program or folder of the program's own",
  }),
  content: fileContent.meta({ description: "Text of the file; may be empty." }),
  permissions: fileMode.default("0644").meta({ description: "Mode of the file." }),
});

const rootVolume = z.strictObject({
  size: z.int().min(1).max(65_536).meta({
    description: "Size of the volume. Nova refuses less than the image's `min_disk`.",
    unit: "GiB",
  }),
  type: optional(name).meta({ description: "Cinder's volume type, by name.", whenUnset: "Cinder's default" }),
});

/** What control-plane nodes and workers are made of alike. */
const placement = {
  flavor: name.default("m1.medium").meta({
    description: "Nova flavor, by name.",
  }),
  image: name.default("debian-12").meta({ description: "Glance image, by name: amd64, with systemd and cloud-init." }),
  rootVolume: optional(rootVolume).meta({
    description:
      "A Cinder volume as the server's disk, made from the image together with the server and deleted with it: for flavors without a disk, or storage that survives the host. A change replaces the servers.",
    whenUnset: "a disk of the flavor's size, on the host",
  }),
  availabilityZones: z.array(name).default([]).meta({
    description:
      "Availability zones, taken in turn by the node's index. A node's zone does not depend on which other nodes exist.",
    whenUnset: "Nova's choice",
  }),
  serverGroup: optional(z.enum(SERVER_GROUPS)).meta({
    description:
      "Whether Nova keeps these servers on different hosts. `soft-anti-affinity`: as far as there are hosts. `anti-affinity`: always, and a server for which there is no host of its own fails. Servers that run are not moved, nor put into a group.",
    whenUnset: "`soft-anti-affinity` where there is more than one server",
    rule: "with `anti-affinity`, not more servers than `maxServerGroupMembers`",
  }),
  extraSecurityGroups: z.array(uuid).default([]).meta({
    description:
      "Ids of further security groups of these servers' ports, beside the program's own: for example one that admits your monitoring. On a worker they count for its pods, too.",
    rule: "each once",
  }),
  extraFiles: z.array(extraFile).default([]).meta({
    description:
      "Files written at first boot, before anything starts: for example a company's CA or a registry mirror's configuration.",
    rule: "user data as a whole, compressed and in base64, stays below Nova's 65,535 bytes",
  }),
};

export const controlPlane = z
  .strictObject({
    count: z
      .literal([1, 3, 5], issue("is not 1, 3 or 5", "Choose an odd number up to 5: etcd needs a majority."))
      .default(1)
      .meta({
        description: "Number of control-plane nodes. They run etcd and the control plane, and no kubelet.",
        rule: "of a running cluster from Kubernetes 1.22 on; down to 1 only with `acceptSingleMember`",
      }),
    acceptSingleMember: z.boolean().default(false).meta({
      description:
        "Your word for going from several control-plane nodes down to one: its disk is then the only copy of etcd's data. No effect otherwise.",
    }),
    keepServer: z.boolean().default(false).meta({
      description:
        "Your word for leaving the only control-plane server as it was made, whatever changes in what it would be made with. Without it such a change is refused, because etcd's data is on that server's disk. No effect with several, which are replaced one after the other.",
    }),
    ...placement,
    flavor: placement.flavor.meta({
      description: "Nova flavor, by name. Kubernetes needs 2 vCPUs and 2 GB of memory at least.",
    }),
  })
  .meta({ description: "Number and kind of the control-plane nodes." });

const taint = z.strictObject({
  key: taintKey.meta({ description: "Key of the taint.", rule: "no key twice with the same effect" }),
  value: labelValue.default("").meta({ description: "Value of the taint." }),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).meta({
    description: "What happens to pods that do not tolerate the taint.",
  }),
});

export const workerPool = z.strictObject({
  name: dnsLabel.meta({
    description: "Name of the pool. Its nodes are named `<clusterName>-<pool>-<index>`.",
    rule: "unique, and not `control-plane`; no node name longer than 63 characters",
  }),
  count: count.meta({
    description: "Number of indexes in the pool, from 0 to `count` − 1: one worker each, unless excluded.",
    rule: "all slots within `clusterCidr`, all addresses within `network.cidr`",
  }),
  exclude: z.array(count).default([]).meta({
    description:
      "Indexes without a worker. The way to remove one from the middle: all others keep name, address and podCIDR.",
    rule: "less than `count`, each once",
  }),
  firstSlot: count.default(0).meta({
    description:
      "Slot of the worker with index 0; the next index has the next slot. The slot determines a worker's podCIDR and address.",
    rule: "no slot in two pools",
  }),
  ...placement,
  labels: z.record(nodeLabelKey, labelValue).default({}).meta({
    description: "Kubernetes labels of the pool's nodes.",
    rule: "keys are `name` or `prefix/name`, the prefix a DNS name; none of kubelet's own (`kubernetes.io/hostname`, os, arch); below `kubernetes.io` and `k8s.io` only what is for nodes, such as `node-role.kubernetes.io/`",
  }),
  taints: z.array(taint).default([]).meta({ description: "Kubernetes taints of the pool's nodes." }),
});

export const workerPools = z
  .array(workerPool)
  .prefault([{ name: "worker", count: 3 }])
  .meta({
    description: "Groups of workers, each with its own flavor, image, labels and taints. An empty list: no workers.",
  });
