import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PlannedWorker } from "../addressing/routePlan";
import { WorkerPoolSpec } from "../settings/resolve";
import { zoneOf } from "../settings/zones";

export interface NodeObjectsArgs {
  /** The workers of the route plan. */
  workers: readonly PlannedWorker[];
  /** The pools that they belong to. */
  pools: readonly WorkerPoolSpec[];
  /** By name, their servers, each once it is there. A Node object goes before its server and comes after it, since what runs on it goes first. */
  servers: ReadonlyMap<string, Promise<pulumi.Resource>>;
}

/**
 * The label that names a node's worker pool. No kubelet may set or change labels with this prefix (admission plugin NodeRestriction), so
 * who holds a node's key cannot move the node to a pool that other pods are meant for.
 */
export const POOL_LABEL = "node-restriction.kubernetes.io/hostroute-pool";

/** What the program says of a Node object; kubelet and the controllers add the rest. */
export interface NodeManifest {
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
  spec: { podCIDR: string; podCIDRs: string[]; taints?: WorkerPoolSpec["taints"][number][] };
}

/**
 * An OpenStack name as a label value: characters that label values may not contain become hyphens, and it is cut after 63.
 * Flavors and zones may be named freely (`SCS-2V:4`, "Small HD 4GB"), and one bad label makes the API refuse the node
 * (kubernetes/cloud-provider-openstack#1364).
 */
export function labelValue(name: string): string {
  const trim = (text: string) => text.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
  return trim(trim(name.replace(/[^-A-Za-z0-9_.]+/g, "-")).slice(0, 63));
}

/** The workers that take pods which tolerate no taint. */
export function openWorkers(workers: readonly PlannedWorker[], pools: readonly WorkerPoolSpec[]): PlannedWorker[] {
  const open = pools.filter(({ taints }) => taints.every(({ effect }) => effect === "PreferNoSchedule"));
  return workers.filter(({ pool }) => open.some(({ name }) => name === pool));
}

/**
 * A worker's Node object. The operator's own labels go before the derived ones, except for the pool's name.
 * Where the program and kubelet write to one object:
 * - Labels: kubelet owns hostname, os and arch. It touches zone and instance type only if its built-in cloud provider knows
 *   them (kubelet_node_status.go, `updateDefaultLabels`), so those are ours, and kubelet may not remove the others (admission
 *   plugin NodeRestriction).
 * - Taints: a kubelet that finds its object there adds none, so the pool's have to come from here. One list for all writers
 *   (`+listType=atomic`): the API server appends `not-ready` at creation, and the controller manager then rewrites the list
 *   and owns it. Hence `patchForce`: without it every later change of the pool's taints ends in a conflict. If such a change
 *   drops taints of the controllers' own, they restore them within seconds. No `ignoreChanges`: the provider compares the first
 *   entries only, as many as the program has, and those stay in front. One limit: a pool's *last* taint stays on its running
 *   nodes, since the provider sends no empty list; `kubectl taint nodes -l node-restriction.kubernetes.io/hostroute-pool=POOL KEY-` takes it away.
 */
export function nodeManifest(worker: PlannedWorker, pool: WorkerPoolSpec): NodeManifest {
  const zone = labelValue(zoneOf(pool.availabilityZones, worker.index) ?? "");
  return {
    metadata: {
      name: worker.name,
      labels: {
        "node.kubernetes.io/instance-type": labelValue(pool.flavor),
        ...(zone ? { "topology.kubernetes.io/zone": zone } : {}),
        ...pool.labels,
        [POOL_LABEL]: pool.name,
      },
      annotations: { "pulumi.com/patchForce": "true" },
    },
    spec: {
      podCIDR: worker.podCidr,
      podCIDRs: [worker.podCidr],
      ...(pool.taints.length > 0 ? { taints: [...pool.taints] } : {}),
    },
  };
}

/**
 * The workers' Node objects, each with the podCIDR that the route plan has a route for. They exist before their kubelets, which wait
 * for them; kube-controller-manager keeps a podCIDR that is set, and marks it as taken
 * (docs/decisions/0017-node-objects-by-the-program.md).
 */
export class NodeObjects extends pulumi.ComponentResource {
  /** By name, the objects, for whatever has to wait for them. */
  readonly nodes: ReadonlyMap<string, Promise<k8s.core.v1.Node>>;

  constructor(name: string, { workers, pools, servers }: NodeObjectsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:kubernetes:NodeObjects", name, {}, opts);
    const byName = new Map(pools.map((pool) => [pool.name, pool]));
    const node = async (worker: PlannedWorker) =>
      new k8s.core.v1.Node(worker.name, nodeManifest(worker, byName.get(worker.pool)!), {
        parent: this,
        dependsOn: [(await servers.get(worker.name))!],
        // The API refuses to change a podCIDR that is set (ValidateNodeUpdate), and the provider does not know that.
        replaceOnChanges: ["spec.podCIDR", "spec.podCIDRs"],
        // The name stays the same. Creating a node that exists is an error, and should be: kubelet's own has another podCIDR.
        deleteBeforeReplace: true,
      });
    this.nodes = new Map(workers.map((worker) => [worker.name, node(worker)]));
    this.registerOutputs({ podCidrs: workers.map(({ podCidr }) => podCidr) });
  }
}
