import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import { removeWithChildren } from "./octavia";

/** Inputs and state of the resource, resolved. */
export interface CascadeInputs {
  loadBalancerId: string;
}

/**
 * Deletes a load balancer as the OpenStack provider cannot: with its children. That one's own deletion follows, and finds it gone.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class CascadeProvider implements pulumi.dynamic.ResourceProvider<CascadeInputs, CascadeInputs> {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  create(inputs: CascadeInputs): Promise<pulumi.dynamic.CreateResult<CascadeInputs>> {
    return Promise.resolve({ id: inputs.loadBalancerId, outs: inputs });
  }

  diff(_id: string, before: CascadeInputs, inputs: CascadeInputs): Promise<pulumi.dynamic.DiffResult> {
    const changes = before.loadBalancerId !== inputs.loadBalancerId;
    return Promise.resolve(
      changes ? { changes, replaces: ["loadBalancerId"], deleteBeforeReplace: true } : { changes },
    );
  }

  async delete(id: string): Promise<void> {
    await removeWithChildren(await this.cloud.open(), id);
  }
}
