import * as pulumi from "@pulumi/pulumi";
import { PlannedRoute } from "../addressing/routePlan";
import { fromGiven } from "../given";
import { HostRoutes } from "./hostRoutes";

export interface PodRoutesArgs {
  subnetId: pulumi.Input<string>;
  routes: readonly PlannedRoute[];
}

/** When the program started. The provider that restores routes runs on the same machine, so clocks agree. */
const started = Date.now();

/** The route plan in the node subnet: one host route per worker. Warns of what had to be restored. */
export class PodRoutes extends pulumi.ComponentResource {
  /** The subnet, once it has been given the routes. */
  readonly subnetId: pulumi.Output<string>;

  constructor(name: string, { subnetId, routes }: PodRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:network:PodRoutes", name, {}, opts);
    const table = new HostRoutes(name, { subnetId, routes }, { parent: this });
    fromGiven(pulumi.all([table.restored, table.restoredAt]), ([lines, at]) => {
      // The state keeps the last message; only this run's is reported.
      if (at < started) return;
      for (const line of lines) {
        void pulumi.log.warn(`Host routes had been changed outside of this stack and were restored: ${line}`, table);
      }
    });
    this.subnetId = table.subnetId;
    this.registerOutputs({ restored: table.restored });
  }
}
