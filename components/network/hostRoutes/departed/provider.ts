import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../../openstack/lazySession";
import { Session } from "../../../openstack/session";
import { readSubnet } from "../../../openstack/subnet";
import { readRouter, removeRoutes } from "../../routerRoutes/router";
import { changeRoutes } from "../subnet";
import { asNeutron, HostRoute, leftover, NeutronRoute, without } from "../table";

/** Inputs of the resource, resolved, and its state. */
export interface DepartedRoutesInputs {
  /** Where they are: in a subnet, or on a router. */
  subnetId?: string;
  routerId?: string;
  routes: HostRoute[];
}

/**
 * Removes what HostRoutes or RouterRoutes has kept for departing workers. It owns nothing: at `destroy`, those remove what is left of it, too.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class DepartedRoutesProvider implements pulumi.dynamic.ResourceProvider<
  DepartedRoutesInputs,
  DepartedRoutesInputs
> {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  async create(inputs: DepartedRoutesInputs): Promise<pulumi.dynamic.CreateResult<DepartedRoutesInputs>> {
    return { id: "departed-routes", outs: await this.removed(inputs) };
  }

  /** There is something to do as long as one of them is there, whether others were removed before or the same ones. */
  async diff(
    _id: string,
    _before: DepartedRoutesInputs,
    inputs: DepartedRoutesInputs,
  ): Promise<pulumi.dynamic.DiffResult> {
    const { routes } = inputs;
    // At a preview that finds another table, they are not known yet.
    if (!Array.isArray(routes)) return { changes: true };
    if (routes.length === 0) return { changes: false };
    const found = await table(await this.cloud.open(), inputs);
    return { changes: leftover(found ?? [], [], routes).length > 0 };
  }

  async update(
    _id: string,
    _before: DepartedRoutesInputs,
    inputs: DepartedRoutesInputs,
  ): Promise<pulumi.dynamic.UpdateResult<DepartedRoutesInputs>> {
    return { outs: await this.removed(inputs) };
  }

  private async removed(inputs: DepartedRoutesInputs): Promise<DepartedRoutesInputs> {
    if (inputs.routes.length > 0) await remove(await this.cloud.open(), inputs);
    return inputs;
  }
}

const table = async (
  session: Session,
  { subnetId = "", routerId }: DepartedRoutesInputs,
): Promise<readonly NeutronRoute[] | undefined> =>
  routerId === undefined ? (await readSubnet(session, subnetId))?.host_routes : readRouter(session, routerId);

async function remove(session: Session, { subnetId = "", routerId, routes }: DepartedRoutesInputs): Promise<void> {
  if (routerId === undefined) await changeRoutes(session, subnetId, (found) => without(found, routes));
  else await removeRoutes(session, routerId, asNeutron(routes));
}
