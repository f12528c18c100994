import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { SubnetLayout } from "../addressing/subnetLayout";
import { apiDescription } from "./apiEndpoint/balancer";
import { ServiceBalancers } from "./serviceBalancers";

export interface ClusterNetworkArgs {
  /** The node subnet's CIDR. */
  cidr: string;
  layout: SubnetLayout;
  dnsServers: readonly string[];
  /** MTU in bytes; undefined: Neutron's choice. */
  mtu?: number | undefined;
  /** Existing ones to use in place of new ones; the subnet's router where the stack has something to do with that. */
  existing?: { networkId: string; subnetId: string; routerId?: string | undefined } | undefined;
  /** External network by name: the router's gateway. */
  externalNetwork?: string | undefined;
  /** What has to be over before that is looked up, which no `dependsOn` delays: a name that is not there is told of better. */
  lookUpAfter: Promise<void>;
}

/** Network, node subnet and, where an external network is given, the router to it. */
export class ClusterNetwork extends pulumi.ComponentResource {
  readonly networkId: pulumi.Output<string>;
  readonly subnetId: pulumi.Output<string>;
  /** Undefined without an external network; for an existing subnet, whose router belongs to its owner, the one that is given. */
  readonly routerId: pulumi.Output<string> | undefined;
  /** What a floating IP has to wait for: without the router's interface Neutron refuses it. */
  readonly attached: pulumi.Resource[] = [];

  constructor(name: string, args: ClusterNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:network:ClusterNetwork", name, {}, opts);
    const child = { parent: this };
    if (args.existing) {
      this.networkId = pulumi.output(args.existing.networkId);
      this.subnetId = pulumi.output(args.existing.subnetId);
      const { routerId } = args.existing;
      if (routerId !== undefined) this.routerId = pulumi.output(routerId);
    } else {
      const network = new openstack.networking.Network(
        name,
        // Port security on: an allowed address pair is what lets a podCIDR through, and nothing else is let through.
        { name, adminStateUp: true, portSecurityEnabled: true, ...(args.mtu ? { mtu: args.mtu } : {}) },
        child,
      );
      const subnet = new openstack.networking.Subnet(
        name,
        {
          name,
          networkId: network.id,
          cidr: args.cidr,
          ipVersion: 4,
          enableDhcp: true,
          gatewayIp: args.layout.gateway,
          allocationPools: [...args.layout.allocationPools],
          dnsNameservers: [...args.dnsServers],
        },
        child,
      );
      this.networkId = network.id;
      const { externalNetwork, lookUpAfter } = args;
      if (externalNetwork)
        this.routerId = this.router(
          name,
          lookUpAfter.then(() => externalNetwork),
          subnet,
        );
      // After the router's interface, too: a floating IP of a balancer's holds that.
      const balancers = new ServiceBalancers(
        name,
        { subnetId: subnet.id, own: apiDescription(name) },
        { parent: this, dependsOn: this.attached },
      );
      // By its URN, which a preview knows: what comes after does not look as if the subnet had changed.
      this.subnetId = pulumi.all([subnet.id, balancers.urn]).apply(([id]) => id);
    }
    this.registerOutputs({ networkId: this.networkId, subnetId: this.subnetId, routerId: this.routerId });
  }

  private router(
    name: string,
    externalNetwork: Promise<string>,
    subnet: openstack.networking.Subnet,
  ): pulumi.Output<string> {
    const external = openstack.networking.getNetworkOutput({ name: externalNetwork, external: true }, { parent: this });
    const router = new openstack.networking.Router(
      name,
      { name, adminStateUp: true, externalNetworkId: external.id },
      { parent: this },
    );
    const link = new openstack.networking.RouterInterface(
      name,
      { routerId: router.id, subnetId: subnet.id },
      { parent: router },
    );
    this.attached.push(link);
    return router.id;
  }
}
