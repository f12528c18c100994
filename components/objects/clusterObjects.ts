import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SnapshotStore } from "../backup/store";
import { membersJoin, replaceable } from "../kubernetes/version";
import { HostRoutesReader } from "../network/hostRoutes/reader";
import { IssuedCertificates } from "../pki/credentials";
import { ClusterSpec } from "../settings/resolve";
import { publishesPlan } from "../settings/routeTier";
import { Access } from "./access";
import { ApiReady } from "./apiReady";
import { ClusterDns } from "./dns";
import { handOverRights } from "./etcd/handOver";
import { memberInService } from "./etcd/memberInService";
import { EtcdMembers } from "./etcd/members";
import { inTime } from "./inTime";
import { NodeCertificates } from "./nodeCertificates";
import { NodeObjects, openWorkers } from "./nodeObjects";
import { OwnPorts } from "./ownPorts";
import { PublishedRoutes } from "./publishedRoutes";
import { Departures } from "./rollout/departures";
import { inService } from "./rollout/inService";
import { ObservedNode } from "./routeDifferences";
import { watchReleases } from "./running/watch";
import { Snapshots } from "./snapshots";
import { RouterToAsk, RouteVerification } from "./verification";

/** The server of a node; when it is replaced, the node is waited for again. */
export interface NodeServer {
  name: string;
  role: "control-plane" | "worker";
  instanceId: pulumi.Output<string>;
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
  /** By name, the servers as resources. */
  machines: ReadonlyMap<string, pulumi.Resource>;
  /** The resources if the control plane runs when the update begins, or if it does not; else none. */
  given: (running: boolean, resources: readonly pulumi.Resource[]) => Promise<pulumi.Resource[]>;
  certificates: readonly IssuedCertificates[];
  /** Where snapshots of etcd go, if there are any. */
  snapshotStore?: SnapshotStore | undefined;
  /** Whether an update of the cluster has ever ended well. Before that, DNS may need the workers that would wait for it. */
  hasRun: Promise<boolean>;
  /** What goes only when the whole cluster does, and the objects with it. */
  goneWith: pulumi.Resource;
}

/**
 * How long workers that are to be replaced wait for CoreDNS's new pods, in milliseconds. Those take a minute; where they take longer, a worker
 * may be what they wait for.
 */
const DNS_FIRST = 180_000;

/** The type tokens of objects in the API. */
const isObject = (type: string) => type.startsWith("kubernetes:");

/** Everything that goes through the Kubernetes API once it answers: Node objects, certificates, DNS, verification. */
export class ClusterObjects extends pulumi.ComponentResource {
  /** Each node's address and podCIDR, as Kubernetes has them. */
  readonly observedRoutes: pulumi.Output<ObservedNode[]>;
  /** Has happened when workers that are no longer in the plan are empty. */
  readonly departures: pulumi.Resource;
  /** Is there when nodes can read this update's route plan, where they read one. */
  readonly published: pulumi.Resource | undefined;
  /** By node, what has happened when it is in service. */
  readonly inService: ReadonlyMap<string, pulumi.Resource>;

  constructor(name: string, args: ClusterObjectsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:kubernetes:ClusterObjects", name, {}, withObjects(opts, args.goneWith));
    const { spec, kubeconfig } = args;
    const { plan, workerPools, nodePorts, clusterDns, images } = spec;
    const { drainTimeout } = spec.rollout;
    const idOf = (node: string) => args.nodes.find((each) => each.name === node)!.instanceId;
    const ids = (nodes: readonly { name: string }[]) => nodes.map((node) => idOf(node.name));
    const child = { parent: this };
    const several = replaceable(spec);
    const { controlPlane } = plan;
    // Of several, each one's time in service says when it is ready, and its turn may wait for what the API is needed for: so nothing before that
    // may wait for all servers, unless none of them is there yet.
    const servers = controlPlane.map((node) => args.machines.get(node.name)!);
    const ready = new ApiReady(
      name,
      { kubeconfig, endpoint: args.endpoint, triggers: several ? [] : ids(controlPlane) },
      { ...child, ...(several ? { dependsOn: args.given(false, servers) } : {}) },
    );
    // Not `deleteUnreachable`: a refresh while the API is away would drop every object from the state.
    const provider = new k8s.Provider(
      name,
      // It stays the same cluster when its API's address changes, so no object may be replaced for that.
      {
        ...{ kubeconfig, clusterIdentifier: name, enableConfigMapMutable: true, enableSecretMutable: true },
        // A restored cluster has objects that a new stack is yet to make.
        ...(spec.snapshots?.restoreFrom === undefined ? {} : { upsertExistingObjects: true, enablePatchForce: true }),
      },
      { ...child, dependsOn: [ready] },
    );
    const members = new Map<string, pulumi.Resource>();
    if (membersJoin(spec.release)) {
      const addresses = controlPlane.map(({ address }) => address);
      const { rights } = new EtcdMembers(
        name,
        { kubeconfig, members: addresses, triggers: ids(controlPlane) },
        { parent: this, provider, dependsOn: [ready] },
      );
      const shared = { kubeconfig, release: spec.release, flavor: spec.controlPlane.flavor, members: addresses };
      for (const node of several ? controlPlane : []) {
        const own = { ...shared, node, instanceId: idOf(node.name) };
        const opts = { ...child, dependsOn: [...rights], deletedWith: args.goneWith };
        members.set(node.name, memberInService(own, opts));
      }
    }
    // While a control plane's servers are replaced, its address moves: nobody else asks meanwhile.
    const afterMembers = (...others: pulumi.Resource[]) =>
      args.given(true, [...members.values()]).then((inService) => [...others, ...inService]);
    const withProvider = { parent: this, provider, dependsOn: afterMembers() };

    const access = new Access(name, { administrator: args.administrator }, withProvider);
    // On a running cluster a certificate may bring the API server another user name towards kubelets: its rights come first.
    new NodeCertificates(name, { nodes: args.certificates }, { ...withProvider, dependsOn: afterMembers(access) });
    const { nodes } = new NodeObjects(
      name,
      { workers: plan.workers, pools: workerPools, servers: args.machines },
      withProvider,
    );
    const { snapshots } = spec;
    const { snapshotStore: store } = args;
    if (snapshots && !several) handOverRights(name, withProvider);
    if (snapshots && store)
      new Snapshots(
        name,
        { snapshots, release: spec.release, put: store.url("PUT"), get: store.url("GET") },
        withProvider,
      );
    new OwnPorts(name, { nodePorts }, withProvider);
    // Add-ons follow all of the control plane, as kubeadm has it since 1.28 (kubernetes #117660), and workers come last.
    const dns = plan.workers.length > 0 ? this.dns(name, spec, withProvider) : undefined;
    const workers = plan.workers.map((worker) => worker.name);
    const afterDns = args.hasRun.then(async (has) =>
      dns && has ? [await inTime(afterMembers(), dns.deployment, ready, DNS_FIRST)] : afterMembers(ready),
    );
    this.departures = new Departures(
      name,
      { kubeconfig, workers, drainTimeout },
      { ...child, dependsOn: afterDns },
    ).command;
    const ofWorkers = workers.map((node, i): [string, pulumi.Resource] => {
      const own = { kubeconfig, node, instanceId: idOf(node), drainTimeout, sandbox: images.sandbox, clusterDns };
      const dependsOn = [ready, nodes[i]!];
      return [node, inService(node, own, { ...child, dependsOn, deletedWith: args.goneWith })];
    });
    // An only server is in service when its API is ready.
    const only = several ? [] : controlPlane.map(({ name: node }): [string, pulumi.Resource] => [node, ready]);
    this.inService = new Map<string, pulumi.Resource>([...members, ...only, ...ofWorkers]);
    if (publishesPlan(spec)) {
      // What says that host routes carry all comes after those.
      this.published = new PublishedRoutes(
        name,
        { tier: spec.routeTier, routes: plan.routes, settled: [this.departures, ...this.inService.values()] },
        { ...withProvider, dependsOn: afterMembers(args.hostRoutes) },
      ).planned;
    }
    const verification = new RouteVerification(
      name,
      {
        kubeconfig,
        routes: plan.routes,
        tier: spec.routeTier,
        subnetId: args.subnetId,
        readHostRoutes: args.readHostRoutes,
        router: args.router,
        after: nodes,
        triggers: ids(plan.workers),
      },
      child,
    );
    this.observedRoutes = verification.observedRoutes;
    watchReleases({ kubeconfig, controlPlane: plan.controlPlane, workers, after: verification.nodes }, this);
    this.registerOutputs({ observedRoutes: this.observedRoutes });
  }

  private dns(
    name: string,
    { clusterDns, clusterDomain, images, plan, workerPools }: ClusterObjectsArgs["spec"],
    opts: pulumi.ComponentResourceOptions,
  ): ClusterDns {
    const hosts = openWorkers(plan.workers, workerPools).length;
    return new ClusterDns(name, { clusterDns, clusterDomain, image: images.coredns, hosts }, opts);
  }
}

/**
 * The options with which all objects of the API count as deleted when `goneWith` is, unasked: a cluster is taken down whether its API still
 * answers or not. While it runs, objects are deleted as ever (https://www.pulumi.com/docs/iac/concepts/options/deletedwith/).
 */
function withObjects(
  opts: pulumi.ComponentResourceOptions = {},
  goneWith: pulumi.Resource,
): pulumi.ComponentResourceOptions {
  const gone: pulumi.ResourceTransformation = ({ type, props, opts: own }) =>
    isObject(type) ? { props, opts: pulumi.mergeOptions(own, { deletedWith: goneWith }) } : undefined;
  return { ...opts, transformations: [...(opts.transformations ?? []), gone] };
}
