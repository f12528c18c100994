import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { CONTROL_PLANE_POOL, PlannedControlPlane } from "../addressing/routePlan";
import { controlPlaneMadeWith, controlPlaneNodeUserData, UserDataSpec } from "../cloudinit/nodeUserData";
import { membersJoin, replaceable } from "../kubernetes/version";
import { Pki } from "../pki";
import { certificatesOf, IssuedCertificates, withoutCertificates } from "../pki/credentials";
import { ClusterSpec } from "../settings/resolve";
import { EtcdBegun } from "./etcdBegun";
import { FailedServers } from "./failedServers";
import { watchHosts } from "./hosts";
import { HostsReader } from "./hosts/reader";
import { Machine } from "./machine";
import { Placement, placement } from "./placement";
import { Turns } from "./rollout/turns";

/** What all machines of a cluster share, control plane and workers alike. */
export interface Site {
  spec: Pick<ClusterSpec, "clusterName" | "kubernetesVersion" | "maxServerGroupMembers"> & UserDataSpec;
  pki: Pki;
  networkId: pulumi.Input<string>;
  subnetId: pulumi.Input<string>;
  securityGroupId: pulumi.Input<string>;
  keyPair?: pulumi.Input<string> | undefined;
  /** The host routes: nodes boot after them. */
  routes: pulumi.Resource;
  /** Servers that were found in ERROR. */
  failed: FailedServers;
  /** When each server may be replaced. */
  turns: Turns;
  /** What has to be over before an image is looked up, which no `dependsOn` delays. */
  lookUpAfter: Promise<void>;
}

/** What every machine of a site has in common, and when it is this node's turn. */
export const siteArgs = ({ networkId, subnetId, securityGroupId, keyPair, routes, turns }: Site, node: string) => ({
  networkId,
  subnetId,
  securityGroupId,
  keyPair,
  after: [turns.of(node, routes)],
});

/** A node of the plan, with what OpenStack made of it. */
export interface NodeOutput {
  name: string;
  role: "control-plane" | "worker";
  pool: string;
  /** Workers only. */
  slot?: number;
  address: string;
  /** Workers only. */
  podCidr?: string;
  portId: pulumi.Output<string>;
  instanceId: pulumi.Output<string>;
}

/** The API's floating IP, and the port that it leads to; undefined: the first node's. */
export interface FloatingEndpoint {
  floatingIp?: openstack.networking.FloatingIp | undefined;
  endpointPort?: pulumi.Input<string> | undefined;
}

/** The control-plane nodes, and whom the API's floating IP leads to. */
export class ControlPlane extends pulumi.ComponentResource {
  readonly nodes: NodeOutput[];
  readonly certificates: IssuedCertificates[] = [];
  /** By node, its server and port. */
  readonly machines = new Map<string, Machine>();

  constructor(
    name: string,
    site: Site & FloatingEndpoint & { readHosts: HostsReader },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("hostroute:machines:ControlPlane", name, {}, opts);
    const { kubernetesVersion, release, maxServerGroupMembers, plan, controlPlane } = site.spec;
    const place = placement(
      `${name}-${CONTROL_PLANE_POOL}`,
      controlPlane,
      plan.controlPlane.map(({ index }) => index),
      maxServerGroupMembers,
      site.lookUpAfter,
      { parent: this },
    );
    const begun = EtcdBegun.of(name, membersJoin(release) ? plan.controlPlane : [], { parent: this });
    this.nodes = plan.controlPlane.map((node) => this.node(node, site, place(node.index), begun));
    watchHosts(this.nodes, controlPlane.serverGroup, site.readHosts, this);
    const [first] = this.nodes;
    if (site.floatingIp && first) {
      new openstack.networking.FloatingIpAssociate(
        `${name}-api`,
        { floatingIp: site.floatingIp.address, portId: site.endpointPort ?? first.portId },
        { parent: this },
      );
    }
    this.registerOutputs({ count: plan.controlPlane.length, version: kubernetesVersion });
  }

  private node(node: PlannedControlPlane, site: Site, place: Placement, begun: pulumi.Output<boolean>): NodeOutput {
    const { spec, pki } = site;
    const credentials = pki.controlPlane(node);
    this.certificates.push({ node: node.name, files: credentials.apply(({ own }) => certificatesOf(own)) });
    const machine = new Machine(
      node.name,
      {
        ...siteArgs(site, node.name),
        address: node.address,
        virtualAddress: spec.api.kind === "vip" ? spec.api.host : undefined,
        ...place,
        userData: pulumi
          .all([credentials, begun])
          .apply(([own, etcdBegun]) => controlPlaneNodeUserData(spec, node, own, etcdBegun)),
        failed: site.failed.of(node.name),
        replacedBy: credentials.apply((issued) => controlPlaneMadeWith(spec, node, withoutCertificates(issued))),
        replaced: replaceable(spec) ? "by-property" : "never",
        tags: [spec.clusterName, node.role],
      },
      { parent: this },
    );
    this.machines.set(node.name, machine);
    const { name, role, pool, address } = node;
    const { portId, instanceId } = machine;
    return { name, role, pool, address, portId, instanceId };
  }
}
