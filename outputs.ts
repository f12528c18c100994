import * as pulumi from "@pulumi/pulumi";

/**
 * Version of the contract below, which every stack puts out as `outputsVersion`. It rises when a program that reads the
 * outputs may break: one is removed, renamed, or gets another type or meaning. A new output does not raise it.
 */
export const OUTPUTS_VERSION = 1;

/** A stack's outputs as plain values: what `pulumi stack output --json --show-secrets` prints, and what other stacks read. */
export interface Outputs {
  /** Version of this contract: `OUTPUTS_VERSION` of the release that brought the stack up. */
  outputsVersion: number;
  /** Neutron's id of the network. */
  networkId: string;
  /** Neutron's id of the node subnet, which carries the host routes. */
  subnetId: string;
  /** Neutron's id of the router: the stack's own, absent without an external network; in an existing subnet the one that the configuration names. */
  routerId?: string;
  /** Neutron's ids of the nodes' security groups. */
  securityGroupIds: Record<"control-plane" | "worker", string>;
  /** URL of the Kubernetes API, `https://host:port`: the operator's balancer's, else the floating IP's, else the one in the node subnet. */
  apiEndpoint: string;
  /** All pods' range, CIDR. */
  clusterCidr: string;
  /** All services' range, CIDR. */
  serviceCidr: string;
  /** The DNS service's address. */
  clusterDns: string;
  /** The domain that services are named in, for example `cluster.local`. */
  clusterDomain: string;
  /** Every node, control plane first. */
  nodes: readonly ClusterNode[];
  /** Every route to pods: one per worker. */
  routes: readonly HostRoute[];
  /** `subnet`: each of them is a host route of the node subnet. `nodes`: nodes read them in the cluster. Absent from stacks of before. */
  routeTier?: "subnet" | "nodes";
  /** Whether each of them is a route of the router, too, for whoever is not in the node subnet. Absent from stacks of before. */
  routerRoutes?: boolean;
  /** The cluster's CA certificate, PEM. */
  caCertificate: string;
  /** An administrator's kubeconfig, complete in itself; a secret. */
  kubeconfig: string;
  /**
   * Keys of the authorities, the service accounts' and the one that encrypts Secrets, as JSON with a version: what a snapshot needs beside itself. The
   * value of `hostroute:recovery` of a new stack; a secret, and good for everything.
   */
  recovery: string;
  /** Each node's address and podCIDR as Kubernetes has them: those of `routes`, or the update has failed. */
  observedRoutes: readonly ObservedRoute[];
  /** The authorities' certificates, PEM; absent in stacks of an earlier release. */
  authorities?: Authorities;
  /** Which generations of keys there are: known ones, and the one that is used; absent in stacks of an earlier release. */
  keys?: Generations;
  /** Where snapshots of etcd go; absent where there are none. */
  snapshots?: SnapshotFolder;
}

/** Who signs for whom: for Kubernetes (`caCertificate`), for etcd, and for the aggregation layer. */
export interface Authorities {
  kubernetes: string;
  etcd: string;
  frontProxy: string;
}

/** By key, the numbers of its generations (`hostroute:keys`). */
export type Generations = Record<
  "authorities" | "serviceAccount" | "encryption",
  { known: readonly number[]; used: number }
>;

/** A cluster's folder of snapshots in the object store. */
export interface SnapshotFolder {
  container: string;
  /** Ends with a slash. */
  folder: string;
  /** Seconds from one snapshot to the next. */
  interval: number;
}

export interface ClusterNode {
  /** Name of the server, the host and the Kubernetes node. */
  name: string;
  role: "control-plane" | "worker";
  /** The worker pool's name, or `control-plane`. */
  pool: string;
  /** The node's stable number, which its address and podCIDR follow from; workers only. */
  slot?: number;
  /** In the node subnet. */
  address: string;
  /** Range of the node's pods, CIDR; workers only. */
  podCidr?: string;
  /** Neutron's id of the port. */
  portId: string;
  /** Nova's id of the server. */
  instanceId: string;
}

/** A route of every node, and of the node subnet where `routeTier` is `subnet`: whatever is for `destination` goes to `nextHop`, the address of `node`. */
export interface HostRoute {
  /** A worker's podCIDR. */
  destination: string;
  nextHop: string;
  node: string;
}

/** A Node object as Kubernetes has it. */
export interface ObservedRoute {
  /** Its InternalIP; absent until its kubelet has reported one. */
  address?: string;
  /** `spec.podCIDR`; absent until one is assigned. */
  podCidr?: string;
}

/** The outputs of another stack, each on its own: only what is a secret there is one here. */
export type ClusterOutputs = { readonly [Name in keyof Outputs]-?: pulumi.Output<Outputs[Name]> };

/** What is read of a stack reference: any copy of the SDK may have made it. */
export type ClusterReference = Pick<pulumi.StackReference, "name" | "outputs" | "getOutput">;

/** Whether a stack always has an output. The compiler sees to it that the list is complete. */
const PRESENCE: { [Name in keyof Outputs]-?: undefined extends Outputs[Name] ? "sometimes" : "always" } = {
  outputsVersion: "always",
  networkId: "always",
  subnetId: "always",
  routerId: "sometimes",
  securityGroupIds: "always",
  apiEndpoint: "always",
  clusterCidr: "always",
  serviceCidr: "always",
  clusterDns: "always",
  clusterDomain: "always",
  nodes: "always",
  routes: "always",
  routeTier: "sometimes",
  routerRoutes: "sometimes",
  caCertificate: "always",
  kubeconfig: "always",
  recovery: "always",
  observedRoutes: "always",
  authorities: "sometimes",
  keys: "sometimes",
  snapshots: "sometimes",
};

/**
 * The outputs of a cluster's stack, typed, for a program that consumes them:
 *
 *     const cluster = clusterOutputs(new pulumi.StackReference("organization/hostroute/dev"));
 *     new kubernetes.Provider("cluster", { kubeconfig: cluster.kubeconfig });
 *
 * Every output fails with the same `pulumi.RunError`, which the engine shows once, where the stack lacks one of them or has
 * another version of the contract.
 */
export function clusterOutputs(ref: ClusterReference): ClusterOutputs {
  // All outputs together count as secret as soon as one is; whether they are complete is none.
  const complete = pulumi.unsecret(
    pulumi.all([ref.name, ref.outputs]).apply(([stack, outputs]) => {
      const problem = outputsProblem(stack, outputs);
      if (problem !== undefined) throw unchanging(problem);
      return true;
    }),
  );
  const names = Object.keys(PRESENCE) as (keyof Outputs)[];
  const read = (name: string) => pulumi.all([ref.getOutput(name), complete]).apply(([value]) => value as unknown);
  return Object.fromEntries(names.map((name) => [name, read(name)])) as unknown as ClusterOutputs;
}

/** The SDK writes the name of every property that an error comes from before its message, in place (runtime/rpc.ts): not here. */
const unchanging = (message: string) =>
  Object.defineProperty(new pulumi.RunError(message), "message", { get: () => message, set: () => undefined });

/**
 * Why a stack's outputs cannot be read by this release, and the way out.
 * @param stack the stack's name, for the message
 * @returns undefined when they can be
 */
export function outputsProblem(stack: string, outputs: Readonly<Record<string, unknown>>): string | undefined {
  const { outputsVersion } = outputs;
  if (outputsVersion !== undefined && outputsVersion !== OUTPUTS_VERSION)
    return (
      `Stack ${stack} has version ${JSON.stringify(outputsVersion)} of hostroute's outputs; this program reads version ${OUTPUTS_VERSION}.\n` +
      "  Let this program depend on the release of hostroute that brought the stack up, or bring the stack up with this one's."
    );
  const missing = Object.entries(PRESENCE).flatMap(([name, presence]) =>
    presence === "always" && outputs[name] === undefined ? [name] : [],
  );
  if (missing.length === 0) return undefined;
  if (Object.keys(outputs).length === 0)
    return (
      `Stack ${stack} has no outputs.\n` +
      "  Bring the cluster up first (pulumi up), or give the name of a hostroute stack that is up: pulumi stack ls --all lists them."
    );
  return (
    `Stack ${stack} lacks outputs of a hostroute cluster: ${missing.join(", ")}.\n` +
    "  If it is one, bring it up with the release of hostroute that this program depends on (pulumi up); if not, name the cluster's stack."
  );
}

/** Names of the outputs that a program's exports lack, have beyond the contract, or have with another type. */
export type DifferentOutputs<Exports> = {
  [Name in keyof Exports | keyof Outputs]: Name extends keyof Exports & keyof Outputs
    ? Same<Frozen<pulumi.Unwrap<Exports[Name]>>, Frozen<Outputs[Name]>> extends true
      ? never
      : Name
    : Name;
}[keyof Exports | keyof Outputs];

/** An output that some stacks lack may always be there in this release's. */
type Same<Export, Output> = [Export] extends [Output]
  ? [Exclude<Output, undefined>] extends [Export]
    ? true
    : false
  : false;
type Frozen<T> = T extends readonly (infer Item)[] ? readonly Item[] : T;
