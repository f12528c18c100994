import { membersJoin } from "../../kubernetes/version";
import { Check, check } from "./check";

/** A container's name is one segment of a path. */
const container = check(["snapshots"], ({ snapshots: { container } }) =>
  container?.includes("/")
    ? [
        {
          key: "snapshots.container",
          value: container,
          problem: "has a slash, and names one container",
          remedy: "Name the container alone; each cluster has a folder of its own in it.",
        },
      ]
    : [],
);

/** A store that is empty between two snapshots is none. */
const keep = check(["snapshots"], ({ snapshots: { keep, interval } }) =>
  keep !== undefined && interval !== undefined && keep <= interval
    ? [
        {
          key: "snapshots.keep",
          value: keep,
          problem: `is not more than the ${interval} seconds of hostroute:snapshots.interval: there would be none between two of them`,
          remedy: "Raise it, or lower interval. The defaults are 604800 and 3600.",
        },
      ]
    : [],
);

/** Whoever wrote it means to have a snapshot's data, and would get an empty cluster. */
const nowhere = check(["snapshots"], ({ snapshots }) =>
  snapshots.restoreFrom !== undefined && "container" in snapshots && snapshots.container === undefined
    ? [
        {
          key: "snapshots.restoreFrom",
          value: snapshots.restoreFrom,
          problem: "is set without hostroute:snapshots.container",
          remedy: "Name the container that has the snapshot, or remove it.",
        },
      ]
    : [],
);

/** etcdutl came with etcd 3.5, as learners that join by themselves did. */
const release = check(["snapshots", "kubernetesVersion", "release"], ({ snapshots, kubernetesVersion, release }) =>
  snapshots.container === undefined || membersJoin(release)
    ? []
    : [
        {
          key: "kubernetesVersion",
          value: kubernetesVersion,
          problem: "has an etcd without the tools for snapshots, which hostroute:snapshots.container asks for",
          remedy: "Choose 1.24 or later, or remove snapshots.container.",
        },
      ],
);

/** Snapshots of etcd. */
export const snapshotChecks: readonly Check[] = [container, keep, nowhere, release];
