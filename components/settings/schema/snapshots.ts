import { z } from "zod";
import { name, optional, snapshotName } from "./types";

export const snapshots = z
  .strictObject({
    container: optional(name).meta({
      description:
        "Container of the cloud's object store (Swift, or Ceph's gateway) for them. It is made where there is none, and stays when the stack is destroyed. Each cluster has a folder in it, by its name.",
      whenUnset: "no snapshots",
      rule: "no slash in it",
    }),
    interval: z.int().min(60).max(604_800).default(3600).meta({
      description: "From one snapshot to the next.",
      unit: "seconds",
    }),
    keep: z.int().min(3600).max(315_360_000).default(604_800).meta({
      description: "How long the store keeps a snapshot, before it deletes it by itself.",
      unit: "seconds",
      rule: "more than `snapshots.interval`",
    }),
    restoreFrom: optional(snapshotName).meta({
      description:
        "Your word for beginning etcd with a snapshot: `latest`, or a name. On a new stack, its cluster begins with it. On a running one with several control-plane nodes, **all of their servers are replaced at once, and what was written after the snapshot is lost**. It is done once for each value; remove the key when it has worked.",
      whenUnset: "no restore",
      rule: "a snapshot that the store has; only together with `snapshots.container`",
    }),
  })
  .meta({
    description:
      "Snapshots of etcd in the cloud's object store, by the node whose member leads. Nodes get temporary URLs for their cluster's folder, and no credentials.",
  });
