import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { balancer, BalancerArgs } from "./balancer";

/** What holds the address: one of the control-plane nodes, or a load balancer of Octavia's. */
export type ApiEndpointArgs = Place & (({ kind: "vip" } & VirtualArgs) | ({ kind: "octavia" } & BalancerArgs));

interface Place {
  subnetId: pulumi.Input<string>;
  /** The API's own address in the node subnet. */
  address: string;
}

interface VirtualArgs {
  networkId: pulumi.Input<string>;
  /** The control plane's. */
  securityGroupId: pulumi.Input<string>;
}

/** The API's own address in the node subnet, which is no node's. */
export class ApiEndpoint extends pulumi.ComponentResource {
  /** The port that has the address: what a floating IP leads to. */
  readonly portId: pulumi.Output<string>;

  constructor(name: string, args: ApiEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:network:ApiEndpoint", name, {}, opts);
    this.portId = args.kind === "vip" ? this.reserved(name, args) : balancer(name, args, this);
    this.registerOutputs({ portId: this.portId });
  }

  /**
   * A port that no server has, so that Neutron gives the address to nobody else, and a floating IP can lead there. The nodes' ports have
   * it as an allowed address pair. ML2/OVN takes such a port for a virtual one, which is wherever its address was last announced
   * (neutron/common/ovn/utils.py, `get_virtual_port_parents`).
   */
  private reserved(name: string, args: Place & VirtualArgs): pulumi.Output<string> {
    return new openstack.networking.Port(
      `${name}-api`,
      {
        name: `${name}-api`,
        networkId: args.networkId,
        adminStateUp: true,
        fixedIps: [{ subnetId: args.subnetId, ipAddress: args.address }],
        securityGroupIds: [args.securityGroupId],
        portSecurityEnabled: true,
        tags: [name],
      },
      // Its address is fixed, so the old one has to go before a new one can come.
      { parent: this, deleteBeforeReplace: true },
    ).id;
  }
}
