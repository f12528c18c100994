import * as pulumi from "@pulumi/pulumi";
import { PlannedRoute } from "../addressing/routePlan";
import { fromGiven } from "../given";
import { HostRoutes } from "./hostRoutes";
import { HostRoutesReader } from "./hostRoutes/reader";
import { roomWarning } from "./hostRoutes/room";
import { HostRoute } from "./hostRoutes/table";

export interface PodRoutesArgs {
  subnetId: pulumi.Input<string>;
  routes: readonly PlannedRoute[];
  /** How many host routes Neutron allows on one subnet. */
  maxHostRoutes: number;
  /** Asked for the whole table once this stack's routes are in it. */
  readHostRoutes: HostRoutesReader;
}

/** When the program started. The provider that restores routes runs on the same machine, so clocks agree. */
const started = Date.now();

/** The plan in the node subnet: a host route for each worker that can have one. Warns of what had to be restored, and of a table that is full or nearly so. */
export class PodRoutes extends pulumi.ComponentResource {
  /** The subnet, once it has been given the routes. */
  readonly subnetId: pulumi.Output<string>;
  /** Routes that workers which the plan no longer has still need, until they have been drained. */
  readonly kept: pulumi.Output<HostRoute[]>;

  constructor(name: string, args: PodRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:network:PodRoutes", name, {}, opts);
    const { subnetId, routes, maxHostRoutes, readHostRoutes } = args;
    const table = new HostRoutes(name, { subnetId, routes, most: maxHostRoutes }, { parent: this });
    fromGiven(pulumi.all([table.restored, table.restoredAt, table.subnetId]), async ([lines, at, subnet]) => {
      // The state keeps the last message; only this run's is reported.
      for (const line of at < started ? [] : lines) {
        void pulumi.log.warn(`Host routes had been changed outside of this stack and were restored: ${line}`, table);
      }
      // Said now, because the update may not get to its end: a new node that is given no lease is waited for in vain. Whether Neutron can be
      // asked at all is the verification's matter, at that end.
      const room = roomWarning(await readHostRoutes(subnet).catch(() => []));
      if (room) void pulumi.log.warn(room, table);
    });
    this.subnetId = table.subnetId;
    this.kept = table.kept;
    this.registerOutputs({ restored: table.restored });
  }
}
