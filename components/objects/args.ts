import * as pulumi from "@pulumi/pulumi";
import { SnapshotStore } from "../backup/store";
import { HostRoutesReader } from "../network/hostRoutes/reader";
import { IssuedCertificates } from "../pki/credentials";
import { ClusterSpec } from "../settings/resolve";
import { RouterToAsk } from "./verification";

/** The server of a node; when it is replaced, the node is waited for again. */
export interface NodeServer {
  name: string;
  role: "control-plane" | "worker";
  instanceId: pulumi.Output<string>;
}

/** A worker's machine and the server of it as resources, and its certificates. */
export interface RegisteredWorker {
  machine: pulumi.Resource & { server: pulumi.Resource };
  certificates: IssuedCertificates;
}

export interface ClusterObjectsArgs {
  spec: Pick<
    ClusterSpec,
    | "plan"
    | "network"
    | "routeTier"
    | "release"
    | "controlPlane"
    | "workerPools"
    | "nodePorts"
    | "clusterDns"
    | "clusterDomain"
    | "images"
    | "rollout"
    | "snapshots"
    | "keys"
  >;
  /** The program's own kubeconfig (`system:masters`), and the URL in it. */
  kubeconfig: pulumi.Output<string>;
  endpoint: pulumi.Output<string>;
  /** The user who is to administer the cluster. */
  administrator: pulumi.Output<string>;
  /** The node subnet, once this update's host routes are in it, and the function that reads them back. */
  subnetId: pulumi.Output<string>;
  readHostRoutes: HostRoutesReader;
  /** The router that gets them, too, and how to read it back. */
  router?: RouterToAsk | undefined;
  /** Those host routes. */
  hostRoutes: pulumi.Resource;
  nodes: readonly NodeServer[];
  /** By name, the control plane's servers as resources. */
  machines: ReadonlyMap<string, pulumi.Resource>;
  /** By name, each worker, once it is registered. What there is of it in the API is registered later. */
  workers: ReadonlyMap<string, Promise<RegisteredWorker>>;
  /** The resources if the control plane runs when the update begins, or if it does not; else none. */
  given: (running: boolean, resources: readonly pulumi.Resource[]) => Promise<pulumi.Resource[]>;
  /** The control plane's. */
  certificates: readonly IssuedCertificates[];
  /** Where snapshots of etcd go, if there are any. */
  snapshotStore?: SnapshotStore | undefined;
  /** How many times etcd began anew, with what a snapshot has. */
  restores: pulumi.Input<number>;
  /** Whether an update of the cluster has ever ended well. Before that, DNS may need the workers that would wait for it. */
  hasRun: Promise<boolean>;
  /** What goes only when the whole cluster does, and the objects with it. */
  goneWith: pulumi.Resource;
}
