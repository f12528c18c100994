import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import { judge, PlannedServer, Replaced } from "./judge";
import { failedServers } from "./nova";

/** What the program says. */
export interface FailedServersArgs {
  servers: PlannedServer[];
}

/** What `check` makes of it: all that is kept, so that a node more or less is no change of this resource. */
export interface FailedServersState {
  replaced: Replaced;
}

/**
 * Asks Nova, at every preview and update and before anything is touched, which of the cluster's servers are in ERROR, and remembers in
 * the stack's state which have been replaced for it. That happens in `check`, because what it returns is known in a preview, too, and
 * because it has the last update's inputs. The resource stands for nothing in a cloud.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class FailedServersProvider implements pulumi.dynamic.ResourceProvider {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  async check(
    olds: Partial<FailedServersState>,
    news: FailedServersArgs,
  ): Promise<pulumi.dynamic.CheckResult<FailedServersState>> {
    const names = news.servers.map(({ name }) => name);
    const failed = await failedServers(await this.cloud.open(), names);
    const { replaced, refusal } = judge(news.servers, failed, olds.replaced ?? {});
    const failures = refusal === undefined ? {} : { failures: [{ property: "", reason: refusal }] };
    return { inputs: { replaced }, ...failures };
  }

  create(inputs: FailedServersState): Promise<pulumi.dynamic.CreateResult<FailedServersState>> {
    return Promise.resolve({ id: "failed-servers", outs: { replaced: inputs.replaced } });
  }

  diff(_id: string, before: FailedServersState, inputs: FailedServersState): Promise<pulumi.dynamic.DiffResult> {
    const text = ({ replaced }: FailedServersState) => JSON.stringify(Object.entries(replaced).sort());
    return Promise.resolve({ changes: text(before) !== text(inputs) });
  }

  update(
    _id: string,
    _before: FailedServersState,
    inputs: FailedServersState,
  ): Promise<pulumi.dynamic.UpdateResult<FailedServersState>> {
    return Promise.resolve({ outs: { replaced: inputs.replaced } });
  }
}
