import { createHash } from "node:crypto";
import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { packed } from "../cloudinit/packed";

export interface MachineArgs {
  networkId: pulumi.Input<string>;
  subnetId: pulumi.Input<string>;
  securityGroupId: pulumi.Input<string>;
  /** The fixed address in the node subnet. */
  address: string;
  /** A worker's podCIDR: the one range, besides its address, that its port may send from. */
  podCidr?: string | undefined;
  /** The API's address, where this node may hold it: its port may send from that, too. */
  virtualAddress?: string | undefined;
  flavor: string;
  image: string;
  availabilityZone?: string | undefined;
  keyPair?: pulumi.Input<string> | undefined;
  /** As plain text; Nova gets it compressed. */
  userData: pulumi.Input<string>;
  /**
   * The part of user-data whose change replaces the server; what running nodes renew by themselves is not in it. If undefined, the
   * server and its disk are kept whatever changes, unless it has failed.
   */
  replacedBy?: pulumi.Input<string>;
  /** The node's last server that was found in ERROR, by id: there has to be another one. Empty: none was. */
  failed: pulumi.Input<string>;
  tags: readonly string[];
  /** What has to be there before the node boots: the host routes, so that its first DHCP lease has them all. */
  after: readonly pulumi.Resource[];
}

/** One node: a port with its fixed address, and the server on it. */
export class Machine extends pulumi.ComponentResource {
  readonly portId: pulumi.Output<string>;
  readonly instanceId: pulumi.Output<string>;

  constructor(name: string, args: MachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:machines:Machine", name, {}, opts);
    // A pool may be called like its role, and Neutron refuses a tag that is said twice.
    const tags = [...new Set(args.tags)];
    const port = new openstack.networking.Port(
      name,
      {
        name,
        networkId: args.networkId,
        adminStateUp: true,
        fixedIps: [{ subnetId: args.subnetId, ipAddress: args.address }],
        securityGroupIds: [args.securityGroupId],
        portSecurityEnabled: true,
        allowedAddressPairs: [args.podCidr, args.virtualAddress].flatMap((ipAddress) =>
          ipAddress ? { ipAddress } : [],
        ),
        tags,
      },
      // Address and name are fixed, so the old one has to go before a new one can come.
      { parent: this, deleteBeforeReplace: true },
    );
    const instance = new openstack.compute.Instance(
      name,
      {
        name,
        flavorName: args.flavor,
        imageName: args.image,
        networks: [{ port: port.id }],
        userData: pulumi.output(args.userData).apply(packed),
        tags,
        ...(args.availabilityZone ? { availabilityZone: args.availabilityZone } : {}),
        ...(args.keyPair ? { keyPair: args.keyPair } : {}),
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        dependsOn: [...args.after],
        // A new server still gets the user-data of the day it is created.
        ignoreChanges: ["userData", ...(args.replacedBy ? [] : ["imageName", "keyPair", "availabilityZone"])],
        // Includes the image: otherwise Nova would rebuild the server in place, with its original user-data and certificates.
        replacementTrigger: digest(args.replacedBy ? [args.image, args.replacedBy] : [], args.failed),
      },
    );
    this.portId = port.id;
    this.instanceId = instance.id;
    this.registerOutputs({ portId: this.portId, instanceId: this.instanceId });
  }
}

/**
 * Not a secret: it reveals nothing about the keys, and the engine does not notice when a secret trigger changes (measured, 3.259). It is
 * there from the first update on, since one that appears later replaces nothing (pkg/resource/deploy/step_generator.go,
 * shouldTriggerReplace). As long as no server has failed it is what it was before failures counted.
 */
const digest = (parts: pulumi.Input<string>[], failed: pulumi.Input<string>) =>
  pulumi.unsecret(
    pulumi.all([pulumi.all(parts), failed]).apply(([plain, id]) =>
      createHash("sha256")
        .update(JSON.stringify(id ? [...plain, id] : plain))
        .digest("hex"),
    ),
  );
