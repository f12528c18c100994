import * as pulumi from "@pulumi/pulumi";
import { ServiceBalancersProvider } from "./provider";

/**
 * Stands for the load balancers that Services have in the node subnet: their cloud controller goes with the cluster, and Neutron keeps a
 * subnet that one of them is in. Whatever is in the subnet is made after this and deleted before it, so nobody makes new ones then.
 */
export class ServiceBalancers extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    inputs: { subnetId: pulumi.Input<string>; own: string },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(new ServiceBalancersProvider(), name, inputs, opts, "network", "ServiceBalancers");
  }
}
