import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import { removeServiceBalancers } from "./remove";

/** Inputs and state of the resource, resolved. */
export interface ServiceBalancersInputs {
  subnetId: string;
  /** How the API's own balancer is described. */
  own: string;
}

/**
 * Does nothing but to delete what Services have left in the subnet.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class ServiceBalancersProvider implements pulumi.dynamic.ResourceProvider<
  ServiceBalancersInputs,
  ServiceBalancersInputs
> {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  create(inputs: ServiceBalancersInputs): Promise<pulumi.dynamic.CreateResult<ServiceBalancersInputs>> {
    return Promise.resolve({ id: inputs.subnetId, outs: inputs });
  }

  diff(
    _id: string,
    before: ServiceBalancersInputs,
    inputs: ServiceBalancersInputs,
  ): Promise<pulumi.dynamic.DiffResult> {
    const replaces = before.subnetId === inputs.subnetId ? [] : ["subnetId"];
    return Promise.resolve({ changes: replaces.length > 0 || before.own !== inputs.own, replaces });
  }

  update(
    _id: string,
    _before: ServiceBalancersInputs,
    inputs: ServiceBalancersInputs,
  ): Promise<pulumi.dynamic.UpdateResult<ServiceBalancersInputs>> {
    return Promise.resolve({ outs: inputs });
  }

  async delete(id: string, { own }: ServiceBalancersInputs): Promise<void> {
    await removeServiceBalancers(await this.cloud.open(), id, own);
  }
}
