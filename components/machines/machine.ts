import { createHash } from "node:crypto";
import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { packed } from "../cloudinit/packed";

export interface MachineArgs {
  networkId: pulumi.Input<string>;
  subnetId: pulumi.Input<string>;
  securityGroupId: pulumi.Input<string>;
  /** The operator's own groups, by id. */
  extraSecurityGroups?: readonly string[];
  /** The fixed address in the node subnet. */
  address: string;
  /** A worker's podCIDR: the one range, besides its address, that its port may send from. */
  podCidr?: string | undefined;
  /** The API's address, where this node may hold it: its port may send from that, too. */
  virtualAddress?: string | undefined;
  flavor: string;
  image: string;
  /** A volume with that image as the server's disk; undefined: one of the flavor's, on the host. */
  rootVolume?: RootVolume | undefined;
  availabilityZone?: string | undefined;
  /** The server group that Nova puts the server into when it is made. A server that runs stays in the one that it is in, or in none. */
  serverGroupId?: pulumi.Input<string> | undefined;
  keyPair?: pulumi.Input<string> | undefined;
  /** As plain text; Nova gets it compressed. */
  userData: pulumi.Input<string>;
  /** The part of user-data whose change replaces the server; what running nodes renew by themselves is not in it. */
  replacedBy: pulumi.Input<string>;
  /**
   * How a change of that replaces it. A worker: by a trigger. A control-plane server: by a property that it bears in Nova, and that the engine is
   * told to ignore for an only one. So nothing but the engine's own state says what that was made with, and no mistake elsewhere replaces
   * the only copy of etcd's data.
   */
  replaced: "by-trigger" | "by-property" | "never";
  /** What stands for an only control-plane server that has handed its data over: another text takes a new server. Empty: none has. */
  anew?: pulumi.Input<string> | undefined;
  /** The node's last server that was found in ERROR, by id: there has to be another one. Empty: none was. */
  failed: pulumi.Input<string>;
  tags: readonly string[];
  /** What has to be there before anything happens to the node: the host routes, so that its first DHCP lease has them all; its turn. */
  after: readonly pulumi.Input<pulumi.Resource>[];
}

/** A volume that Nova has Cinder make of an image. */
export interface RootVolume {
  /** GiB. */
  size: number;
  /** Default: Cinder's own. */
  type?: string | undefined;
  /** Glance's id of the image. */
  imageId: pulumi.Input<string>;
}

/** One node: a port with its fixed address, and the server on it. */
export class Machine extends pulumi.ComponentResource {
  readonly port: openstack.networking.Port;
  readonly server: openstack.compute.Instance;
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
        securityGroupIds: [args.securityGroupId, ...(args.extraSecurityGroups ?? [])],
        portSecurityEnabled: true,
        allowedAddressPairs: [args.podCidr, args.virtualAddress].flatMap((ipAddress) =>
          ipAddress ? { ipAddress } : [],
        ),
        tags,
      },
      // Address and name are fixed, so the old one has to go before a new one can come.
      { parent: this, deleteBeforeReplace: true, dependsOn: [...args.after] },
    );
    const worker = args.replaced === "by-trigger";
    const instance = new openstack.compute.Instance(
      name,
      {
        name,
        flavorName: args.flavor,
        ...(args.rootVolume ? { blockDevices: [blockDevice(args.rootVolume)] } : { imageName: args.image }),
        networks: [{ port: port.id }],
        userData: pulumi.output(args.userData).apply(packed),
        tags,
        // One of several: what it holds (the API's address, etcd's lead) goes over to another before it goes, and not after it was missed.
        ...(args.replaced === "by-property" ? { stopBeforeDestroy: true } : {}),
        ...(worker ? {} : { metadata: { [MADE_WITH]: digest([diskOf(args), ...placeOf(args), args.replacedBy]) } }),
        ...(args.availabilityZone ? { availabilityZone: args.availabilityZone } : {}),
        ...(args.keyPair ? { keyPair: args.keyPair } : {}),
        ...(args.serverGroupId ? { schedulerHints: [{ group: args.serverGroupId }] } : {}),
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        dependsOn: [...args.after],
        // A new server still gets what there is on the day it is created. Nova moves no server into a group; the provider would replace it.
        ignoreChanges: [
          "userData",
          "schedulerHints",
          // By the trigger alone: an image of the same name may have got another id.
          "blockDevices",
          ...(worker ? [] : ["imageName", "keyPair", "availabilityZone"]),
          ...(args.replaced === "never" ? ["metadata"] : []),
        ],
        // The provider would only note it.
        replaceOnChanges: args.replaced === "by-property" ? ["metadata"] : [],
        // Includes the image: otherwise Nova would rebuild the server in place, with its original user-data and certificates.
        replacementTrigger: digest(worker ? [diskOf(args), args.replacedBy] : [args.anew ?? ""], args.failed),
      },
    );
    this.port = port;
    this.server = instance;
    this.portId = port.id;
    this.instanceId = instance.id;
    this.registerOutputs({ portId: this.portId, instanceId: this.instanceId });
  }
}

const blockDevice = ({ size, type, imageId }: RootVolume) => ({
  sourceType: "image",
  uuid: imageId,
  destinationType: "volume",
  volumeSize: size,
  ...(type === undefined ? {} : { volumeType: type }),
  bootIndex: 0,
  // It holds nothing that a new server could use, and Cinder keeps what nobody deletes.
  deleteOnTermination: true,
});

/** What a control-plane server says of itself, in Nova's metadata. */
const MADE_WITH = "hostroute-made-with";

/** What Nova fixes when it makes a server. Of a worker the provider sees to it. */
const placeOf = ({ keyPair = "", availabilityZone = "" }: MachineArgs) => [keyPair, availabilityZone];

/** What the server's disk is made of. Without a volume it is what it was before there were any. */
const diskOf = ({ image, rootVolume }: MachineArgs) =>
  rootVolume ? JSON.stringify({ image, size: rootVolume.size, type: rootVolume.type }) : image;

/**
 * Not a secret: it reveals nothing about the keys, and the engine does not notice when a secret trigger changes (measured, 3.259). It is
 * there from the first update on, since one that appears later replaces nothing (pkg/resource/deploy/step_generator.go,
 * shouldTriggerReplace). As long as no server has failed it is what it was before failures counted.
 */
const digest = (parts: pulumi.Input<string>[], failed: pulumi.Input<string> = "") =>
  pulumi.unsecret(
    pulumi.all([...parts, failed]).apply((plain) =>
      createHash("sha256")
        .update(JSON.stringify(plain.filter(Boolean)))
        .digest("hex"),
    ),
  );
