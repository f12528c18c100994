import * as pulumi from "@pulumi/pulumi";
import { PlannedControlPlane } from "../../addressing/routePlan";
import { fromGiven } from "../../given";
import { EtcdBegunProvider } from "./provider";

/** Remembers whether the etcd of a control plane of several members has begun: no server that is made then begins another one. */
export class EtcdBegun extends pulumi.dynamic.Resource {
  declare private readonly begun: pulumi.Output<boolean>;

  private constructor(name: string, first: string, opts: pulumi.CustomResourceOptions) {
    super(new EtcdBegunProvider(), name, { first, begun: undefined }, opts, "machines", "EtcdBegun");
  }

  /** Whether it has. Of a single member it is not asked: that one begins whenever it has no data. */
  static of(
    name: string,
    [first, ...others]: readonly PlannedControlPlane[],
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Output<boolean> {
    if (!first || others.length === 0) return pulumi.output(false);
    return fromGiven(new EtcdBegun(name, first.name, opts).begun, (begun) => begun, false);
  }
}
