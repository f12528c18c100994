import * as pulumi from "@pulumi/pulumi";
import { HostRoute } from "../table";
import { DepartedRoutesProvider } from "./provider";

export interface DepartedRoutesArgs {
  subnetId: pulumi.Input<string>;
  /** What HostRoutes has kept. */
  routes: pulumi.Input<HostRoute[]>;
}

/**
 * The end of the routes of workers that have left: what depends on nothing but its options `dependsOn` says when. The table of routes is
 * written at an update's beginning, before new servers boot, and can remove nothing later in the same update.
 */
export class DepartedRoutes extends pulumi.dynamic.Resource {
  constructor(name: string, { subnetId, routes }: DepartedRoutesArgs, opts?: pulumi.CustomResourceOptions) {
    super(new DepartedRoutesProvider(), name, { subnetId, routes }, opts, "network", "DepartedRoutes");
  }
}
