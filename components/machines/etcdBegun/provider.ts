import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import { hasRun } from "../failedServers/nova";

export interface EtcdBegunInputs {
  /** The server whose etcd may begin a new cluster. */
  first: string;
  begun: boolean;
}

/**
 * Asks Nova, at every preview and update, whether the first control-plane server has ever run. What is made after that joins, even
 * where nobody is left: the word for a new beginning is to delete that server. In `check`, because what that returns is known in a preview.
 * Not asked when the resource is new: whatever has that name then is not this cluster's.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class EtcdBegunProvider implements pulumi.dynamic.ResourceProvider<EtcdBegunInputs, EtcdBegunInputs> {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  async check(
    olds: Partial<EtcdBegunInputs>,
    { first }: EtcdBegunInputs,
  ): Promise<pulumi.dynamic.CheckResult<EtcdBegunInputs>> {
    const begun = olds.first === first && (await hasRun(await this.cloud.open(), first));
    return { inputs: { first, begun } };
  }

  create({ first, begun }: EtcdBegunInputs): Promise<pulumi.dynamic.CreateResult<EtcdBegunInputs>> {
    return Promise.resolve({ id: "etcd-begun", outs: { first, begun } });
  }

  diff(_id: string, before: EtcdBegunInputs, now: EtcdBegunInputs): Promise<pulumi.dynamic.DiffResult> {
    return Promise.resolve({ changes: before.first !== now.first || before.begun !== now.begun });
  }

  update(
    _id: string,
    _before: EtcdBegunInputs,
    { first, begun }: EtcdBegunInputs,
  ): Promise<pulumi.dynamic.UpdateResult<EtcdBegunInputs>> {
    return Promise.resolve({ outs: { first, begun } });
  }
}
