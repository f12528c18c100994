import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { workersInterpreter } from "./script";

export interface DeparturesArgs {
  /** The program's own kubeconfig; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** The workers of the plan. */
  workers: readonly string[];
  /** Seconds that each node's pods may take to leave it. */
  drainTimeout: number;
}

/**
 * Empties the nodes of workers that the plan no longer has, before anything else happens to any worker. The engine deletes at the very
 * end of an update, when their host routes are gone; this is an update, and the routes wait for it. All of them are cordoned before the first one
 * is emptied, so no pod moves from one to the next.
 */
export class Departures extends pulumi.ComponentResource {
  /** Is there, or up to date, when they are empty. */
  readonly command: command.local.Command;

  constructor(name: string, args: DeparturesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:objects:Departures", name, {}, opts);
    this.command = new command.local.Command(
      `${name}-departures`,
      {
        create: "departed",
        interpreter: workersInterpreter(),
        stdin: pulumi.secret(args.kubeconfig),
        environment: { WORKERS: args.workers.join(" "), DRAIN_TIMEOUT: `${args.drainTimeout}` },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
