import * as pulumi from "@pulumi/pulumi";
import { PlannedRoute } from "../addressing/routePlan";
import { HostRoutes } from "./hostRoutes";

export interface PodRoutesArgs {
  subnetId: pulumi.Input<string>;
  routes: readonly PlannedRoute[];
}

/** The route plan in the node subnet: one host route a worker. Says what it had to restore. */
export class PodRoutes extends pulumi.ComponentResource {
  constructor(name: string, { subnetId, routes }: PodRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:network:PodRoutes", name, {}, opts);
    const table = new HostRoutes(name, { subnetId, routes }, { parent: this });
    table.restored.apply((lines) =>
      lines.map((line) =>
        pulumi.log.warn(`Host routes had been changed outside of this stack and were restored: ${line}`, table),
      ),
    );
    this.registerOutputs({ restored: table.restored });
  }
}
