import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";

export interface ApiEndpointArgs {
  networkId: pulumi.Input<string>;
  subnetId: pulumi.Input<string>;
  /** The control plane's. */
  securityGroupId: pulumi.Input<string>;
  /** The API's own address in the node subnet. */
  address: string;
}

/**
 * The API's own address, which one of the control-plane nodes holds: a port that no server has, so that Neutron gives the address to nobody
 * else, and a floating IP can lead there. The nodes' ports have it as an allowed address pair. ML2/OVN takes such a port for a virtual
 * one, which is wherever its address was last announced (neutron/common/ovn/utils.py, `get_virtual_port_parents`).
 */
export class ApiEndpoint extends pulumi.ComponentResource {
  readonly portId: pulumi.Output<string>;

  constructor(name: string, args: ApiEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:network:ApiEndpoint", name, {}, opts);
    const port = new openstack.networking.Port(
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
    );
    this.portId = port.id;
    this.registerOutputs({ portId: this.portId });
  }
}
