import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import { serversNamed } from "../failedServers/nova";
import { judge, OnlyServerArgs, OnlyServerState } from "./judge";

/**
 * Compares, at every preview and update and before anything is touched, what a control plane's only server was made with, and what it would be
 * made with now. In `check`, because it has the last update's inputs, and may refuse. A new resource asks nobody: whatever has the server's name
 * then is not this cluster's. The resource stands for nothing in a cloud.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class OnlyServerProvider implements pulumi.dynamic.ResourceProvider {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  async check(
    olds: Partial<OnlyServerState>,
    news: OnlyServerArgs,
  ): Promise<pulumi.dynamic.CheckResult<OnlyServerState>> {
    const before = olds.made && olds.next ? { made: olds.made, next: olds.next, server: olds.server } : undefined;
    const servers = before ? await serversNamed(await this.cloud.open(), news.node) : [];
    const { state, refusal } = judge(
      before,
      news,
      servers.map(({ id }) => id),
    );
    return { inputs: state, ...(refusal === undefined ? {} : { failures: [{ property: "", reason: refusal }] }) };
  }

  create({ made, next, server }: OnlyServerState): Promise<pulumi.dynamic.CreateResult<OnlyServerState>> {
    return Promise.resolve({ id: "only-server", outs: { made, next, server } });
  }

  /** A new id of the server's is noted as well, but is no change of anything. */
  diff(_id: string, before: OnlyServerState, now: OnlyServerState): Promise<pulumi.dynamic.DiffResult> {
    const text = ({ made, next }: OnlyServerState) =>
      JSON.stringify([made, next].map((each) => Object.entries(each).sort()));
    return Promise.resolve({ changes: text(before) !== text(now) });
  }

  update(
    _id: string,
    _before: OnlyServerState,
    { made, next, server }: OnlyServerState,
  ): Promise<pulumi.dynamic.UpdateResult<OnlyServerState>> {
    return Promise.resolve({ outs: { made, next, server } });
  }
}
