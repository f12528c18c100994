import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import { readSubnet } from "../../openstack/subnet";
import { UNKNOWN } from "../unknown";
import { tooLong } from "./room";
import { changeRoutes } from "./subnet";
import { conflicts, desiredTable, drift, HostRoute, leftover, NeutronRoute, sameTable } from "./table";

/** Inputs of the resource, resolved. */
export interface HostRoutesInputs {
  subnetId: string;
  routes: HostRoute[];
  /** How many routes Neutron allows on the subnet. */
  most: number;
}

/** State of the resource. */
export interface HostRoutesState extends HostRoutesInputs {
  /**
   * Routes of workers that the plan no longer has: they are left in the subnet until those have been drained (DepartedRoutes). Absent in
   * states of a version that removed them at once.
   */
  kept?: HostRoute[];
  /** What the last create or update restored, one line each; empty when nothing had been changed by hand. */
  restored: string[];
  /** When that was, in milliseconds since 1970: older messages are not reported again. */
  restoredAt: number;
}

/**
 * The host routes of one subnet that belong to this stack, as one resource. In place of the provider's SubnetRoute, which
 * neither sees nor survives a route removed by hand (docs/decisions/0001-host-routes-as-one-resource.md): `diff` reads Neutron at
 * every preview and update.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class HostRoutesProvider implements pulumi.dynamic.ResourceProvider<HostRoutesInputs, HostRoutesState> {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  /**
   * Refuses, already at a preview, what `create` and `update` would refuse: a subnet that exists is asked for the routes that others
   * have in it. One that is yet to be created has none.
   */
  async check(
    olds: Partial<HostRoutesState>,
    news: HostRoutesInputs,
  ): Promise<pulumi.dynamic.CheckResult<HostRoutesInputs>> {
    if (news.subnetId === UNKNOWN) return { inputs: news };
    const subnet = await readSubnet(await this.cloud.open(), news.subnetId);
    const before = olds.subnetId === news.subnetId ? ours(olds) : [];
    const reason = subnet && refused(subnet.host_routes, news, before);
    return { inputs: news, ...(reason ? { failures: [{ property: "routes", reason }] } : {}) };
  }

  async create(inputs: HostRoutesInputs): Promise<pulumi.dynamic.CreateResult<HostRoutesState>> {
    await this.put(inputs, []);
    return { id: inputs.subnetId, outs: state(inputs, [], []) };
  }

  async read(id: string, props?: HostRoutesState): Promise<pulumi.dynamic.ReadResult<HostRoutesState>> {
    // The state keeps what the last update wrote, so that the next one can tell what was changed by hand. Only a lost subnet counts here.
    const subnet = await readSubnet(await this.cloud.open(), id);
    return subnet && props ? { id, props } : {};
  }

  async diff(_id: string, before: HostRoutesState, inputs: HostRoutesInputs): Promise<pulumi.dynamic.DiffResult> {
    if (before.subnetId !== inputs.subnetId) return { changes: true, replaces: ["subnetId"] };
    const subnet = await readSubnet(await this.cloud.open(), before.subnetId);
    if (!subnet) return { changes: true, replaces: ["subnetId"] };
    const found = subnet.host_routes;
    return { changes: !sameTable(wanted(found, inputs, ours(before)).table, found) || !sameRoutes(inputs, before) };
  }

  async update(
    _id: string,
    before: HostRoutesState,
    inputs: HostRoutesInputs,
  ): Promise<pulumi.dynamic.UpdateResult<HostRoutesState>> {
    const found = await this.put(inputs, ours(before));
    return { outs: state(inputs, wanted(found, inputs, ours(before)).kept, drift(found, before.routes)) };
  }

  async delete(id: string, before: HostRoutesState): Promise<void> {
    await changeRoutes(await this.cloud.open(), id, (found) => desiredTable(found, [], ours(before)));
  }

  private async put(inputs: HostRoutesInputs, before: HostRoute[]) {
    const found = await changeRoutes(await this.cloud.open(), inputs.subnetId, (table) => {
      const refusal = refused(table, inputs, before);
      if (refusal) throw new Error(refusal);
      return wanted(table, inputs, before).table;
    });
    if (!found) throw new Error(`Subnet ${inputs.subnetId} does not exist (any more)`);
    return found;
  }
}

/** Why the routes must not be written into this table; undefined where nothing speaks against it. */
function refused(found: readonly NeutronRoute[], inputs: HostRoutesInputs, before: HostRoute[]): string | undefined {
  const [taken] = conflicts(found, inputs.routes, before);
  if (taken) {
    return (
      `Subnet ${inputs.subnetId} already routes ${taken.destination} via ${taken.nexthop}, which is not this stack's route: ` +
      "choose another hostroute:clusterCidr or firstSlot, or remove that route"
    );
  }
  return tooLong(desiredTable(found, inputs.routes, before), found, inputs.routes.length);
}

/** The routes that the stack had put there, and has not removed. */
const ours = ({ routes = [], kept = [] }: Partial<HostRoutesState>): HostRoute[] => [...routes, ...kept];

/**
 * The subnet's table as it should be, with those of its routes that are there for departing workers alone. These stay as long as there is
 * room for them: a worker that takes the place of another must not be refused for it.
 */
function wanted(
  found: readonly NeutronRoute[],
  { routes, most }: HostRoutesInputs,
  before: HostRoute[],
): { table: NeutronRoute[]; kept: HostRoute[] } {
  const kept = leftover(found, routes, before);
  const table = desiredTable(found, [...routes, ...kept], before);
  // What stands there stands: with a lower limit, too, until the nodes have those routes from the published plan.
  const fits = sameTable(table, found) || (table.length <= most && tooLong(table, found, routes.length) === undefined);
  return fits ? { table, kept } : { table: desiredTable(found, routes, before), kept: [] };
}

const state = (
  { subnetId, routes, most }: HostRoutesInputs,
  kept: HostRoute[],
  restored: string[],
): HostRoutesState => ({
  subnetId,
  routes,
  most,
  kept,
  restored,
  restoredAt: Date.now(),
});

const sameRoutes = (one: HostRoutesInputs, other: HostRoutesInputs) =>
  JSON.stringify(one.routes.map((r) => [r.destination, r.nextHop])) ===
  JSON.stringify(other.routes.map((r) => [r.destination, r.nextHop]));
