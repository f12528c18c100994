import * as pulumi from "@pulumi/pulumi";
import { fromGiven } from "../../given";
import { PlannedServer, Replaced } from "./judge";
import { FailedServersProvider } from "./provider";

/** Which of a cluster's servers were found in ERROR, so that they are replaced; refuses to go on where that would lose etcd's data. */
export class FailedServers extends pulumi.dynamic.Resource {
  /** By node, the id of its last server that failed. */
  declare readonly replaced: pulumi.Output<Replaced>;

  constructor(name: string, servers: readonly PlannedServer[], opts?: pulumi.CustomResourceOptions) {
    const planned = servers.map(({ name: node, role }) => ({ name: node, role }));
    super(
      new FailedServersProvider(),
      name,
      { servers: planned, replaced: undefined },
      opts,
      "machines",
      "FailedServers",
    );
  }

  /** The node's last server that failed; empty if none has. */
  of(node: string): pulumi.Output<string> {
    return fromGiven(this.replaced, (replaced) => replaced[node] ?? "", "");
  }
}
