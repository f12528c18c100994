import * as pulumi from "@pulumi/pulumi";
import { HostRoute } from "../table";
import { DepartedRoutesProvider } from "./provider";

/** Where the routes are, and which: what HostRoutes has kept in the subnet, or RouterRoutes on the router. */
export type DepartedRoutesArgs = ({ subnetId: pulumi.Input<string> } | { routerId: pulumi.Input<string> }) & {
  routes: pulumi.Input<HostRoute[]>;
};

/**
 * The end of the routes of workers that have left: what depends on nothing but its options `dependsOn` says when. Tables of routes are
 * written at an update's beginning, before new servers boot, and nothing can be removed from them later by the same resource.
 */
export class DepartedRoutes extends pulumi.dynamic.Resource {
  constructor(name: string, args: DepartedRoutesArgs, opts?: pulumi.CustomResourceOptions) {
    super(new DepartedRoutesProvider(), name, args, opts, "network", "DepartedRoutes");
  }
}
