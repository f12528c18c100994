import * as pulumi from "@pulumi/pulumi";
import { PlannedWorker } from "../addressing/routePlan";
import { workerNodeUserData } from "../cloudinit/nodeUserData";
import { made } from "../made";
import { certificatesOf, IssuedCertificates, WorkerCredentials, withoutCertificates } from "../pki/credentials";
import { FIRST, same } from "../settings/generations";
import { WorkerPoolSpec } from "../settings/resolve";
import { NodeOutput, Site, siteArgs } from "./controlPlane";
import { Machine } from "./machine";
import { Placement, placement } from "./placement";

/** Where a pool's workers stand. */
type PoolSite = Site & { pool: WorkerPoolSpec };

/** A worker, once it is registered. */
export interface Worker {
  machine: Machine;
  certificates: IssuedCertificates;
}

/** The nodes of one worker pool: each sends from its own address and its own podCIDR, and from nothing else. */
export class WorkerPool extends pulumi.ComponentResource {
  readonly nodes: NodeOutput[];
  /** By node. Not all of a large pool's are registered at once. */
  readonly workers: ReadonlyMap<string, Promise<Worker>>;

  constructor(name: string, site: PoolSite, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:machines:WorkerPool", name, {}, opts);
    const { spec, lookUpAfter, turns } = site;
    const workers = spec.plan.workers.filter(({ pool }) => pool === site.pool.name);
    const indexes = workers.map(({ index }) => index);
    const place = placement(name, site.pool, indexes, spec.maxServerGroupMembers, lookUpAfter, { parent: this });
    const registered = async (node: PlannedWorker) => {
      const ahead = await turns.ahead(node.name);
      if (ahead !== undefined) await made(this.workers.get(ahead)!.then(({ machine }) => machine.server));
      return this.worker(node, site, place(node.index));
    };
    this.workers = new Map(workers.map((node) => [node.name, registered(node)]));
    this.nodes = workers.map((node) => {
      const machine = this.workers.get(node.name)!.then((worker) => worker.machine);
      const { name, role, pool, slot, address, podCidr } = node;
      const of = (id: "portId" | "instanceId") => pulumi.output(machine.then((its) => its[id]));
      return { name, role, pool, slot, address, podCidr, portId: of("portId"), instanceId: of("instanceId") };
    });
    this.registerOutputs({ podCidrs: workers.map(({ podCidr }) => podCidr) });
  }

  private async worker(node: PlannedWorker, site: PoolSite, place: Placement): Promise<Worker> {
    const { spec, pki } = site;
    const credentials = await pki.worker(node);
    const files = credentials.apply((issued) => certificatesOf(issued, !same(spec.keys.authorities, FIRST)));
    const userData = (used: WorkerCredentials) => workerNodeUserData(spec, node, used);
    const machine = new Machine(
      node.name,
      {
        ...siteArgs(site, node.name),
        address: node.address,
        podCidr: node.podCidr,
        ...place,
        userData: credentials.apply(userData),
        replacedBy: credentials.apply((issued) => userData(withoutCertificates(issued))),
        replaced: "by-trigger",
        failed: site.failed.of(node.name),
        tags: [spec.clusterName, node.role, node.pool],
      },
      { parent: this },
    );
    return { machine, certificates: { node: node.name, role: node.role, files } };
  }
}
