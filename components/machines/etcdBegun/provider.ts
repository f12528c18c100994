import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import { judge, EtcdBegunArgs, EtcdBegunInputs } from "./judge";
import { serversOf } from "./nova";

/**
 * Asks Nova, at every preview and update, whether the first control-plane server has ever run. What is made after that joins, even
 * where nobody is left: the word for a new beginning is to delete that server, or to say what to restore. In `check`, because what that returns
 * is known in a preview. Not asked when the resource is new: whatever has that name then is not this cluster's.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class EtcdBegunProvider implements pulumi.dynamic.ResourceProvider {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  async check(
    olds: Partial<EtcdBegunInputs>,
    news: EtcdBegunArgs,
  ): Promise<pulumi.dynamic.CheckResult<EtcdBegunInputs>> {
    const servers = olds.first === news.first ? await serversOf(await this.cloud.open(), news.nodes) : [];
    const { state, refusal } = judge(olds, news, servers);
    const failures = refusal === undefined ? {} : { failures: [{ property: "restoreFrom", reason: refusal }] };
    return { inputs: state, ...failures };
  }

  create(inputs: EtcdBegunInputs): Promise<pulumi.dynamic.CreateResult<EtcdBegunInputs>> {
    return Promise.resolve({ id: "etcd-begun", outs: inputs });
  }

  diff(_id: string, before: EtcdBegunInputs, now: EtcdBegunInputs): Promise<pulumi.dynamic.DiffResult> {
    const text = ({ first, begun, restoreFrom, restores }: EtcdBegunInputs) =>
      JSON.stringify([first, begun, restoreFrom, restores]);
    return Promise.resolve({ changes: text(before) !== text(now) });
  }

  update(
    _id: string,
    _before: EtcdBegunInputs,
    inputs: EtcdBegunInputs,
  ): Promise<pulumi.dynamic.UpdateResult<EtcdBegunInputs>> {
    return Promise.resolve({ outs: inputs });
  }
}
