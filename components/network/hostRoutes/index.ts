import * as pulumi from "@pulumi/pulumi";
import { HostRoutesProvider } from "./provider";
import { HostRoute } from "./table";

export interface HostRoutesArgs {
  /** The subnet that carries the routes. */
  subnetId: pulumi.Input<string>;
  /** This stack's routes, all of them; routes of others in the same subnet are left as they are. */
  routes: readonly HostRoute[];
  /** How many Neutron allows on one subnet, those of others included. */
  most: number;
}

/** The host routes of a subnet that belong to this stack: written in one request, restored when changed by hand. */
export class HostRoutes extends pulumi.dynamic.Resource {
  /** The subnet, once this stack's routes are in it. */
  declare readonly subnetId: pulumi.Output<string>;
  /** Routes of workers that are no longer in `routes`, left in the subnet for whoever drains them. */
  declare readonly kept: pulumi.Output<HostRoute[]>;
  /** What the last update had to restore, one line each. */
  declare readonly restored: pulumi.Output<string[]>;
  /** When that was, in milliseconds since 1970. */
  declare readonly restoredAt: pulumi.Output<number>;

  constructor(name: string, { subnetId, routes, most }: HostRoutesArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = {
      subnetId,
      routes: routes.map(({ destination, nextHop }) => ({ destination, nextHop })),
      most,
      kept: undefined,
      restored: undefined,
      restoredAt: undefined,
    };
    super(new HostRoutesProvider(), name, inputs, opts, "network", "HostRoutes");
  }
}
