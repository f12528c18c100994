import * as pulumi from "@pulumi/pulumi";
import { PlannedWorker } from "../addressing/routePlan";
import { workerNodeUserData } from "../cloudinit/nodeUserData";
import { certificatesOf, IssuedCertificates, WorkerCredentials, withoutCertificates } from "../pki/credentials";
import { FIRST, same } from "../settings/generations";
import { WorkerPoolSpec } from "../settings/resolve";
import { NodeOutput, Site, siteArgs } from "./controlPlane";
import { Machine } from "./machine";
import { Placement, placement } from "./placement";

/** Where a pool's workers stand. */
type PoolSite = Site & { pool: WorkerPoolSpec };

/** The nodes of one worker pool: each sends from its own address and its own podCIDR, and from nothing else. */
export class WorkerPool extends pulumi.ComponentResource {
  readonly nodes: NodeOutput[];
  readonly certificates: IssuedCertificates[] = [];
  /** By node, its server and port. */
  readonly machines = new Map<string, Machine>();

  constructor(name: string, site: PoolSite, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:machines:WorkerPool", name, {}, opts);
    const { spec, lookUpAfter } = site;
    const workers = spec.plan.workers.filter(({ pool }) => pool === site.pool.name);
    const indexes = workers.map(({ index }) => index);
    const place = placement(name, site.pool, indexes, spec.maxServerGroupMembers, lookUpAfter, { parent: this });
    this.nodes = workers.map((node) => this.node(node, site, place(node.index)));
    this.registerOutputs({ podCidrs: workers.map(({ podCidr }) => podCidr) });
  }

  private node(node: PlannedWorker, site: PoolSite, place: Placement): NodeOutput {
    const { spec, pki } = site;
    const credentials = pki.worker(node);
    this.certificates.push({
      node: node.name,
      role: node.role,
      files: credentials.apply((issued) => certificatesOf(issued, !same(spec.keys.authorities, FIRST))),
    });
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
    this.machines.set(node.name, machine);
    const { name, role, pool, slot, address, podCidr } = node;
    const { portId, instanceId } = machine;
    return { name, role, pool, slot, address, podCidr, portId, instanceId };
  }
}
