import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import { serversNamed } from "../failedServers/nova";
import { judge, named, OnlyServerArgs, OnlyServerState } from "./judge";

/** What is not set has no form on the wire, and a preview takes an output that is left out for one that is not known yet. */
const state = ({ made, next, server, last = "", handOver = "", handOvers = 0 }: OnlyServerState): OnlyServerState => ({
  made,
  next,
  ...(server === undefined ? {} : { server }),
  ...{ last, handOver, handOvers },
});

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
    const { made, next, server, last, handOver, handOvers } = olds;
    const before =
      made && next ? { made, next, server, last: named(last), handOver: named(handOver), handOvers } : undefined;
    const servers = before ? await serversNamed(await this.cloud.open(), news.node) : [];
    const found = servers.map((each) => ({ id: each.id, hasRun: each["OS-SRV-USG:launched_at"] !== null }));
    const { state: now, refusal } = judge(before, news, found);
    return { inputs: state(now), ...(refusal === undefined ? {} : { failures: [{ property: "", reason: refusal }] }) };
  }

  create(inputs: OnlyServerState): Promise<pulumi.dynamic.CreateResult<OnlyServerState>> {
    return Promise.resolve({ id: "only-server", outs: state(inputs) });
  }

  /**
   * What became of the last update is noted as well (the engine keeps inputs that differ), but is no change of anything. Except that the server
   * which was to hand over is gone, and none has come in its place: nobody would ever answer, so nobody is to be asked.
   */
  diff(_id: string, before: OnlyServerState, now: OnlyServerState): Promise<pulumi.dynamic.DiffResult> {
    const text = ({ next, handOvers }: OnlyServerState) => JSON.stringify([Object.entries(next).sort(), handOvers]);
    const lost = named(before.handOver) !== undefined && !named(now.handOver) && now.server === before.handOver;
    return Promise.resolve({ changes: lost || text(before) !== text(now) });
  }

  update(
    _id: string,
    _before: OnlyServerState,
    inputs: OnlyServerState,
  ): Promise<pulumi.dynamic.UpdateResult<OnlyServerState>> {
    return Promise.resolve({ outs: state(inputs) });
  }
}
