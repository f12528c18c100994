import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import {
  asNeutron,
  beyond,
  conflicts,
  desiredTable,
  drift,
  HostRoute,
  leftover,
  NeutronRoute,
  sameTable,
} from "../hostRoutes/table";
import { UNKNOWN } from "../unknown";
import { addRoutes, readRouter, removeRoutes } from "./router";

/** Inputs of the resource, resolved. */
export interface RouterRoutesInputs {
  routerId: string;
  routes: HostRoute[];
}

/** State of the resource. */
export interface RouterRoutesState extends RouterRoutesInputs {
  /** Routes of workers that the plan no longer has: they stay until those have been drained (DepartedRoutes). */
  kept: HostRoute[];
  /** What the last create or update restored, one line each; empty when nothing had been changed by hand. */
  restored: string[];
  /** When that was, in milliseconds since 1970: older messages are not reported again. */
  restoredAt: number;
}

/**
 * The routes of one router that belong to this stack, as one resource (docs/decisions/0050-routes-on-the-router.md). It works as HostRoutes does,
 * but never writes the whole table: a router may have routes of others, who add and remove theirs at any time.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class RouterRoutesProvider implements pulumi.dynamic.ResourceProvider<RouterRoutesInputs, RouterRoutesState> {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  /** Refuses, already at a preview, what `create` and `update` would refuse. A router that is yet to be created has no routes. */
  async check(
    olds: Partial<RouterRoutesState>,
    news: RouterRoutesInputs,
  ): Promise<pulumi.dynamic.CheckResult<RouterRoutesInputs>> {
    if (news.routerId === UNKNOWN) return { inputs: news };
    const found = await readRouter(await this.cloud.open(), news.routerId);
    const reason = found && refused(found, news, olds.routerId === news.routerId ? ours(olds) : []);
    return { inputs: news, ...(reason ? { failures: [{ property: "routes", reason }] } : {}) };
  }

  async create(inputs: RouterRoutesInputs): Promise<pulumi.dynamic.CreateResult<RouterRoutesState>> {
    const { kept } = await this.put(inputs, []);
    return { id: inputs.routerId, outs: state(inputs, kept, []) };
  }

  async read(id: string, props?: RouterRoutesState): Promise<pulumi.dynamic.ReadResult<RouterRoutesState>> {
    // The state keeps what the last update wrote, so that the next one can tell what was changed by hand. Only a lost router counts here.
    const found = await readRouter(await this.cloud.open(), id);
    return found && props ? { id, props } : {};
  }

  async diff(_id: string, before: RouterRoutesState, inputs: RouterRoutesInputs): Promise<pulumi.dynamic.DiffResult> {
    if (before.routerId !== inputs.routerId) return { changes: true, replaces: ["routerId"] };
    const found = await readRouter(await this.cloud.open(), before.routerId);
    if (!found) return { changes: true, replaces: ["routerId"] };
    return { changes: !sameTable(wanted(found, inputs, ours(before)).table, found) || !sameRoutes(inputs, before) };
  }

  async update(
    _id: string,
    before: RouterRoutesState,
    inputs: RouterRoutesInputs,
  ): Promise<pulumi.dynamic.UpdateResult<RouterRoutesState>> {
    const { found, kept } = await this.put(inputs, ours(before));
    return { outs: state(inputs, kept, drift(found, before.routes)) };
  }

  async delete(id: string, before: RouterRoutesState): Promise<void> {
    await removeRoutes(await this.cloud.open(), id, asNeutron(ours(before)));
  }

  /** @returns the table that was there before, and which routes of departing workers are left in it */
  private async put(inputs: RouterRoutesInputs, before: HostRoute[]) {
    const session = await this.cloud.open();
    const { routerId } = inputs;
    const found = await readRouter(session, routerId);
    if (!found) throw new Error(`Router ${routerId} does not exist (any more)`);
    const refusal = refused(found, inputs, before);
    if (refusal) throw new Error(refusal);
    const { table, kept } = wanted(found, inputs, before);
    // First: with two next hops for one destination, a router takes either by turns.
    await removeRoutes(session, routerId, beyond(found, table));
    const missing = beyond(table, found);
    const full = await addRoutes(session, routerId, missing);
    if (full === undefined) return { found, kept };
    // A worker that takes the place of another must not be refused for it.
    if (kept.length === 0) throw new Error(full);
    await removeRoutes(session, routerId, asNeutron(kept));
    const still = await addRoutes(session, routerId, missing);
    if (still === undefined) return { found, kept: [] };
    await addRoutes(session, routerId, asNeutron(kept));
    throw new Error(still);
  }
}

/** Why the routes must not be added to this table; undefined where nothing speaks against it. */
function refused(found: readonly NeutronRoute[], inputs: RouterRoutesInputs, before: HostRoute[]): string | undefined {
  const [taken] = conflicts(found, inputs.routes, before);
  return (
    taken &&
    `Router ${inputs.routerId} already routes ${taken.destination} via ${taken.nexthop}, which is not this stack's route: ` +
      "choose another hostroute:clusterCidr or firstSlot, or remove that route"
  );
}

/** The routes that the stack had put there, and has not removed. */
const ours = ({ routes = [], kept = [] }: Partial<RouterRoutesState>): HostRoute[] => [...routes, ...kept];

/** The router's table as it should be, with those of its routes that are there for departing workers alone. */
function wanted(found: readonly NeutronRoute[], { routes }: RouterRoutesInputs, before: HostRoute[]) {
  const kept = leftover(found, routes, before);
  return { table: desiredTable(found, [...routes, ...kept], before), kept };
}

const state = ({ routerId, routes }: RouterRoutesInputs, kept: HostRoute[], restored: string[]): RouterRoutesState => ({
  routerId,
  routes,
  kept,
  restored,
  restoredAt: Date.now(),
});

const sameRoutes = (one: RouterRoutesInputs, other: RouterRoutesInputs) =>
  sameTable(asNeutron(one.routes), asNeutron(other.routes));
