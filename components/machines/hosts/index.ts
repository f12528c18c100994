import * as pulumi from "@pulumi/pulumi";
import { HostsReader } from "./reader";
import { sharedHostWarning } from "./shared";

/**
 * Looks, at the end of every update, where the control plane's servers are: a soft policy is kept as far as Nova can, and an operator of
 * the cloud may have moved one. A warning, and never a failure: the cluster works.
 */
export function watchHosts(
  nodes: readonly { name: string; instanceId: pulumi.Output<string> }[],
  readHosts: HostsReader,
  resource: pulumi.Resource,
): void {
  if (pulumi.runtime.isDryRun() || nodes.length < 2) return;
  pulumi.all(nodes.map(({ instanceId }) => instanceId)).apply(async (ids) => {
    const warning = await readHosts(ids).then(
      (hosts) => sharedHostWarning(nodes.map(({ name }, i) => ({ name, host: hosts[i] }))),
      (reason: unknown) => `Nova could not be asked on which hosts the control plane is: ${(reason as Error).message}`,
    );
    if (warning !== undefined) void pulumi.log.warn(warning, resource);
  });
}
