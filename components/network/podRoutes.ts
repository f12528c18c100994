import * as pulumi from "@pulumi/pulumi";
import { PlannedRoute } from "../addressing/routePlan";
import { fromGiven } from "../given";
import { HostRoutes } from "./hostRoutes";
import { HostRoutesReader } from "./hostRoutes/reader";
import { roomWarning } from "./hostRoutes/room";
import { HostRoute } from "./hostRoutes/table";
import { RouterRoutes } from "./routerRoutes";

export interface PodRoutesArgs {
  subnetId: pulumi.Input<string>;
  routes: readonly PlannedRoute[];
  /** How many host routes Neutron allows on one subnet. */
  maxHostRoutes: number;
  /** Asked for the whole table once this stack's routes are in it. */
  readHostRoutes: HostRoutesReader;
  /** Where others are to reach pods as well. */
  router?: RouterArgs | undefined;
}

export interface RouterArgs {
  routerId: pulumi.Input<string>;
  /** The whole plan, whatever of it has a host route. */
  routes: readonly PlannedRoute[];
  /** Its interface in the node subnet, if that is the stack's: Neutron takes no route before it is there, nor lets it go before they are gone. */
  after: readonly pulumi.Resource[];
}

/** When the program started. The provider that restores routes runs on the same machine, so clocks agree. */
const started = Date.now();

/**
 * The plan in Neutron: in the node subnet a host route for each worker that can have one, and where it is wanted a route for each on the router.
 * Warns of what had to be restored, and of a subnet's table that is full or nearly so.
 */
export class PodRoutes extends pulumi.ComponentResource {
  /** The subnet, once it has been given the routes. */
  readonly subnetId: pulumi.Output<string>;
  /** Routes that workers which the plan no longer has still need, until they have been drained. */
  readonly kept: pulumi.Output<HostRoute[]>;
  /** The router, once it has been given the routes, and the same of it; undefined where it gets none. */
  readonly router: Pick<RouterRoutes, "routerId" | "kept"> | undefined;

  constructor(name: string, args: PodRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:network:PodRoutes", name, {}, opts);
    const { subnetId, routes, maxHostRoutes, readHostRoutes } = args;
    const table = new HostRoutes(name, { subnetId, routes, most: maxHostRoutes }, { parent: this });
    fromGiven(pulumi.all([table.restored, table.restoredAt, table.subnetId]), async ([lines, at, subnet]) => {
      warnOfRestored("Host routes", table, lines, at);
      // Said now, because the update may not get to its end: a new node that is given no lease is waited for in vain. Whether Neutron can be
      // asked at all is the verification's matter, at that end.
      const room = roomWarning(await readHostRoutes(subnet).catch(() => []));
      if (room) void pulumi.log.warn(room, table);
    });
    this.subnetId = table.subnetId;
    this.kept = table.kept;
    this.router = args.router && this.onRouter(name, args.router);
    this.registerOutputs({ restored: table.restored });
  }

  private onRouter(name: string, { routerId, routes, after }: RouterArgs): RouterRoutes {
    const table = new RouterRoutes(name, { routerId, routes }, { parent: this, dependsOn: [...after] });
    fromGiven(pulumi.all([table.restored, table.restoredAt]), ([lines, at]) =>
      warnOfRestored("Routes on the router", table, lines, at),
    );
    return table;
  }
}

/** The state keeps the last message; only this run's is reported. */
function warnOfRestored(what: string, table: pulumi.Resource, lines: readonly string[], at: number): void {
  for (const line of at < started ? [] : lines)
    void pulumi.log.warn(`${what} had been changed outside of this stack and were restored: ${line}`, table);
}
