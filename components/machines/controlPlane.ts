import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { noteAbandoned } from "../abandoned";
import { CONTROL_PLANE_POOL, PlannedControlPlane } from "../addressing/routePlan";
import { controlPlaneMadeWith, controlPlaneNodeUserData, UserDataSpec } from "../cloudinit/nodeUserData";
import { Restore } from "../cloudinit/snapshots";
import { membersJoin, replaceable } from "../kubernetes/version";
import { Pki } from "../pki";
import { certificatesOf, IssuedCertificates, withoutCertificates } from "../pki/credentials";
import { FIRST, same } from "../settings/generations";
import { ClusterSpec } from "../settings/resolve";
import { Begun, EtcdBegun } from "./etcdBegun";
import { FailedServers } from "./failedServers";
import { watchHosts } from "./hosts";
import { HostsReader } from "./hosts/reader";
import { Machine } from "./machine";
import { Data } from "./onlyServer";
import { Placement, placement } from "./placement";
import { Turns } from "./rollout/turns";

/** What all machines of a cluster share, control plane and workers alike. */
export interface Site {
  spec: Pick<ClusterSpec, "clusterName" | "kubernetesVersion" | "maxServerGroupMembers" | "snapshots"> & UserDataSpec;
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
export const siteArgs = (
  { networkId, subnetId, securityGroupId, keyPair, routes, turns }: Site,
  node: string,
  ...before: (pulumi.Resource | undefined)[]
) => ({
  networkId,
  subnetId,
  securityGroupId,
  keyPair,
  after: [turns.of(node, routes), ...before.filter((each) => each !== undefined)],
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

/** Where the data of an only member is, and what is done about it. */
export interface EtcdData {
  data: pulumi.Output<Data>;
  /** Has it handed over, where it is to be, once `begun` is known: an update that is to begin anew may be refused before. Several members have none. */
  handOver?: ((begun: pulumi.Output<unknown>) => pulumi.Resource | undefined) | undefined;
  /** Temporary URL of the folder of snapshots, to read; undefined: there are none. */
  snapshotsUrl: pulumi.Output<string> | undefined;
}

/** The control-plane nodes, and whom the API's floating IP leads to. */
export class ControlPlane extends pulumi.ComponentResource {
  readonly nodes: NodeOutput[];
  readonly certificates: IssuedCertificates[] = [];
  /** By node, its server and port. */
  readonly machines = new Map<string, Machine>();
  /** How many times all members began anew, with what a snapshot has. */
  readonly restores: pulumi.Output<number>;

  constructor(
    name: string,
    site: Site & FloatingEndpoint & EtcdData & { readHosts: HostsReader; readMembers: () => Promise<string[]> },
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
    const { snapshots } = site.spec;
    const begun = EtcdBegun.of(name, membersJoin(release) ? plan.controlPlane : [], snapshots, site.readMembers, {
      parent: this,
    });
    const handedOver = site.handOver?.(begun);
    this.restores = begun.apply(({ restores }) => restores);
    site.turns.begin(beginsAnew(begun));
    this.nodes = plan.controlPlane.map((node) => {
      const etcd = pulumi
        .all([begun, site.data, site.snapshotsUrl])
        .apply(([known, data, url]) => etcdOf(site.spec, node, known, data, url));
      return this.node(node, { ...site, handedOver }, place(node.index), etcd);
    });
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

  private node(
    node: PlannedControlPlane,
    site: Site & EtcdData & { handedOver: pulumi.Resource | undefined },
    place: Placement,
    etcd: pulumi.Output<NodeEtcd>,
  ): NodeOutput {
    const { spec, pki } = site;
    const credentials = pki.controlPlane(node);
    this.certificates.push({
      node: node.name,
      role: node.role,
      files: credentials.apply((issued) => certificatesOf(issued, !same(spec.keys.authorities, FIRST))),
    });
    const machine = new Machine(
      node.name,
      {
        ...siteArgs(site, node.name, site.handedOver),
        address: node.address,
        virtualAddress: spec.api.kind === "vip" ? spec.api.host : undefined,
        ...place,
        userData: pulumi
          .all([credentials, etcd])
          .apply(([own, { begun, restore }]) => controlPlaneNodeUserData(spec, node, own, begun, restore)),
        failed: site.failed.of(node.name),
        replacedBy: pulumi
          .all([credentials, etcd])
          .apply(([issued, { restores }]) => controlPlaneMadeWith(spec, node, withoutCertificates(issued), restores)),
        anew: site.data.apply(({ words }) => (words === 0 ? "" : `handed over ${words}`)),
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

/** What a node's user-data says of its member of etcd. */
interface NodeEtcd {
  /** Whether there is a cluster that it joins, even if it is the first one. */
  begun: boolean;
  /** What it begins with, if it begins one. */
  restore: Restore | undefined;
  /** How many times all members began anew. */
  restores: number;
}

function etcdOf(
  { plan, snapshots }: Pick<ClusterSpec, "plan" | "snapshots">,
  node: PlannedControlPlane,
  { begun, restores }: Begun,
  { last, words }: Data,
  get: string | undefined,
): NodeEtcd {
  const from = snapshots?.restoreFrom;
  const alone = plan.controlPlane.length === 1;
  const restore = (): Restore | undefined => {
    if (get === undefined || node.index > 0) return undefined;
    if (!begun && from !== undefined) return { get, from };
    return alone && last !== undefined ? { get, from: "latest", final: `${last} ${words}` } : undefined;
  };
  // An only member has nobody to join.
  return { begun: begun && !alone, restore: restore(), restores };
}

/** Whether the control plane's servers are left behind in this update, all of them: then they are told so. */
const beginsAnew = (begun: pulumi.Output<Begun>): Promise<boolean> =>
  new Promise((resolve) => {
    begun.apply(({ begun: is, restores, abandoned }) => {
      if (!pulumi.runtime.isDryRun()) noteAbandoned(abandoned);
      resolve(restores > 0 && !is);
    });
  });
