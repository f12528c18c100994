import * as pulumi from "@pulumi/pulumi";
import { CascadeProvider } from "./cascadeProvider";

/** Stands for nothing in the cloud: when it is deleted, its load balancer goes with all that is in it. */
export class CascadingDelete extends pulumi.dynamic.Resource {
  constructor(name: string, inputs: { loadBalancerId: pulumi.Input<string> }, opts?: pulumi.CustomResourceOptions) {
    super(new CascadeProvider(), name, inputs, opts, "network", "CascadingDelete");
  }
}
