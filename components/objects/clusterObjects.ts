import * as pulumi from "@pulumi/pulumi";
import { replaceable } from "../kubernetes/version";
import { made, Registered } from "../made";
import { FIRST, same } from "../settings/generations";
import { publishesPlan } from "../settings/routeTier";
import { Access } from "./access";
import { ClusterObjectsArgs, RegisteredWorker } from "./args";
import { controlPlaneInService } from "./controlPlane";
import { ClusterDns } from "./dns";
import { handOverRights } from "./etcd/handOver";
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
import { RouteVerification } from "./verification";

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
  /** Is known when all of the control plane is in service, with the keys of this update, and all nodes trust whom they are to. */
  readonly done: pulumi.Output<unknown>;
  /** By node, what has happened when it is in service. */
  readonly inService: ReadonlyMap<string, Registered>;

  constructor(name: string, args: ClusterObjectsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:kubernetes:ClusterObjects", name, {}, withObjects(opts, args.goneWith));
    const { spec, kubeconfig } = args;
    const { plan, workerPools, nodePorts, clusterDns, images } = spec;
    const { drainTimeout } = spec.rollout;
    const idOf = (node: string) => args.nodes.find((each) => each.name === node)!.instanceId;
    const child = { parent: this };
    const controlPlane = controlPlaneInService(name, args, this);
    const { ready, provider, members, rewritten } = controlPlane;
    const whenRunning = (after: readonly pulumi.Resource[], others: readonly pulumi.Resource[]) =>
      args.given(true, after).then((happened) => [...others, ...happened]);
    // While a control plane's servers are replaced, its address moves: nobody else asks meanwhile.
    const afterMembers = (...others: pulumi.Resource[]) => whenRunning([...members.values()], others);
    const access = new Access(
      name,
      { administrator: args.administrator },
      { ...child, provider, dependsOn: afterMembers() },
    );
    // On a running cluster a certificate may bring the API server another user name towards kubelets: its rights come first.
    const rotated = !same(spec.keys.authorities, FIRST);
    let registered!: (inService: ClusterObjects["inService"]) => void;
    const allInService = new Promise<ClusterObjects["inService"]>((resolve) => (registered = resolve));
    const ofEach = <T>(of: (worker: RegisteredWorker) => T | Promise<T>) =>
      new Map(plan.workers.map(({ name: node }) => [node, args.workers.get(node)!.then(of)]));
    const { taken, takenByControlPlane } = new NodeCertificates(
      name,
      {
        controlPlane: args.certificates,
        workers: [...ofEach(({ certificates }) => certificates).values()],
        kubeconfig,
        rotated,
        inService: allInService,
      },
      { ...child, provider, dependsOn: afterMembers(access) },
    );
    const steps = [...members.values(), ...rewritten, ...taken];
    this.done = pulumi.all([ready.answer, ...steps.map((step) => pulumi.output(step).apply(({ id }) => id))]);
    // Nor while API servers restart to go by new authorities: a write that meets the restart of an only one would fail the update.
    const afterTaken = (...others: pulumi.Resource[]) =>
      whenRunning([...members.values(), ...takenByControlPlane], others);
    const withProvider = { ...child, provider, dependsOn: afterTaken() };
    const { nodes } = new NodeObjects(
      name,
      { workers: plan.workers, pools: workerPools, servers: ofEach(withServer) },
      withProvider,
    );
    const { snapshots } = spec;
    const { snapshotStore: store } = args;
    if (snapshots && !replaceable(spec)) handOverRights(name, withProvider);
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
      dns && has ? [await inTime(afterTaken(), dns.deployment, ready, DNS_FIRST)] : afterTaken(ready),
    );
    this.departures = new Departures(
      name,
      { kubeconfig, workers, drainTimeout },
      { ...child, dependsOn: afterDns },
    ).command;
    const ofWorkers = [...nodes].map(([node, object]): [string, Registered] => {
      const own = { kubeconfig, node, instanceId: idOf(node), drainTimeout, sandbox: images.sandbox, clusterDns };
      const opts = { ...child, deletedWith: args.goneWith };
      return [node, object.then((its) => inService(node, own, { ...opts, dependsOn: [ready, its] }))];
    });
    this.inService = new Map<string, Registered>([...controlPlane.inService, ...ofWorkers]);
    registered(this.inService);
    if (publishesPlan(spec)) {
      // What says that host routes carry all comes after those.
      this.published = new PublishedRoutes(
        name,
        { tier: spec.routeTier, routes: plan.routes, settled: [this.departures, ...this.inService.values()] },
        { ...withProvider, dependsOn: afterTaken(args.hostRoutes) },
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
        // A restore takes the API away until its members are in service, and a node that takes over whom to trust for a moment.
        after: [...members.values(), ...nodes.values(), ...taken],
        triggers: plan.workers.map((worker) => idOf(worker.name)),
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

/** A worker's machine, when its server is there: the engine is asked for nothing before that which depends on it. */
async function withServer({ machine }: RegisteredWorker): Promise<pulumi.Resource> {
  await made(machine.server);
  return machine;
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
