import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { fromGiven } from "../given";
import { KubernetesVersion, versionText } from "../kubernetes/version";
import { SnapshotSpec } from "../settings/resolve";

export interface SnapshotsArgs {
  snapshots: Pick<SnapshotSpec, "interval" | "keep">;
  /** The cluster's, for whoever restores one. */
  release: KubernetesVersion;
  /** Temporary URLs of the cluster's folder; secrets. */
  put: pulumi.Input<string>;
  get: pulumi.Input<string>;
}

/**
 * Tells control-plane nodes where snapshots of etcd go, and how often (cloudinit/files/etcd-snapshot.py): a change reaches running servers
 * within a minute. They read it as kube-controller-manager, which Kubernetes' own roles let read Secrets (bootstrappolicy/policy.go); nobody
 * else may but administrators.
 */
export class Snapshots extends pulumi.ComponentResource {
  constructor(
    name: string,
    { snapshots: { interval, keep }, release, put, get }: SnapshotsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("hostroute:objects:Snapshots", name, {}, opts);
    new k8s.core.v1.Secret(
      `${name}-etcd-snapshots`,
      {
        metadata: { name: "hostroute-etcd-snapshots", namespace: "kube-system" },
        // Not `stringData`, which the API gives back as `data`.
        data: {
          put: encoded(put),
          get: encoded(get),
          interval: encoded(interval),
          keep: encoded(keep),
          kubernetes: encoded(versionText(release)),
        },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

const encoded = (value: pulumi.Input<string | number>) =>
  fromGiven(pulumi.output(value), (given) => Buffer.from(`${given}`).toString("base64"));
