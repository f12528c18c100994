import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../../openstack/lazySession";
import { changeRoutes, readSubnet } from "../subnet";
import { HostRoute, leftover, without } from "../table";

/** Inputs of the resource, resolved, and its state. */
export interface DepartedRoutesInputs {
  subnetId: string;
  routes: HostRoute[];
}

/**
 * Removes what HostRoutes has kept for departing workers. It owns nothing: at `destroy`, HostRoutes removes what is left of those, too.
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
    { subnetId, routes }: DepartedRoutesInputs,
  ): Promise<pulumi.dynamic.DiffResult> {
    // At a preview that finds another table, they are not known yet.
    if (!Array.isArray(routes)) return { changes: true };
    if (routes.length === 0) return { changes: false };
    const subnet = await readSubnet(await this.cloud.open(), subnetId);
    return { changes: leftover(subnet?.host_routes ?? [], [], routes).length > 0 };
  }

  async update(
    _id: string,
    _before: DepartedRoutesInputs,
    inputs: DepartedRoutesInputs,
  ): Promise<pulumi.dynamic.UpdateResult<DepartedRoutesInputs>> {
    return { outs: await this.removed(inputs) };
  }

  private async removed({ subnetId, routes }: DepartedRoutesInputs): Promise<DepartedRoutesInputs> {
    if (routes.length > 0) await changeRoutes(await this.cloud.open(), subnetId, (found) => without(found, routes));
    return { subnetId, routes };
  }
}
