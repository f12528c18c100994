import * as pulumi from "@pulumi/pulumi";
import { HostRoute } from "../hostRoutes/table";
import { RouterRoutesProvider } from "./provider";

export interface RouterRoutesArgs {
  /** The router that carries the routes, with an interface in the node subnet: Neutron takes no next hop elsewhere. */
  routerId: pulumi.Input<string>;
  /** This stack's routes, all of them; routes of others on the same router are left as they are. */
  routes: readonly HostRoute[];
}

/** The routes of a router that belong to this stack: added in one request, restored when changed by hand. */
export class RouterRoutes extends pulumi.dynamic.Resource {
  /** The router, once this stack's routes are on it. */
  declare readonly routerId: pulumi.Output<string>;
  /** Routes of workers that are no longer in `routes`, left on the router for whoever drains them. */
  declare readonly kept: pulumi.Output<HostRoute[]>;
  /** What the last update had to restore, one line each. */
  declare readonly restored: pulumi.Output<string[]>;
  /** When that was, in milliseconds since 1970. */
  declare readonly restoredAt: pulumi.Output<number>;

  constructor(name: string, { routerId, routes }: RouterRoutesArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = {
      routerId,
      routes: routes.map(({ destination, nextHop }) => ({ destination, nextHop })),
      kept: undefined,
      restored: undefined,
      restoredAt: undefined,
    };
    super(new RouterRoutesProvider(), name, inputs, opts, "network", "RouterRoutes");
  }
}
