import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { checkPod } from "./checkPod";
import { serverInterpreter } from "./script";

export interface InServiceArgs {
  /** The program's own kubeconfig; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** The worker's node. */
  node: string;
  /** Its server's id. */
  instanceId: pulumi.Input<string>;
  /** Seconds that the node's pods may take to leave it. */
  drainTimeout: number;
  /** Image of the pod sandbox, and the DNS service's address: what the node is tried with. */
  sandbox: string;
  clusterDns: string;
}

/**
 * A server's time in service, as a resource. It ends before the server does, and begins when the node of its successor has shown that it
 * works: the engine deletes whatever depends on a property of a server before the server itself, and makes it anew after the new one,
 * whatever the server is replaced for. What is deleted is told by the state: the timeout and the kubeconfig of the last update count.
 * No component: there is one for each worker, and a component would be a kilobyte of the state.
 * @param opts `deletedWith`: what goes only when the cluster does. A cluster that is taken down has no place for its pods
 */
export function inService(
  name: string,
  args: InServiceArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const { node, sandbox, clusterDns } = args;
  return new command.local.Command(
    `${name}-in-service`,
    {
      // Its output is who is in service, so that nobody else is drained in the name of a server that is long gone.
      create: "in_service",
      // A new kubeconfig or timeout is only noted.
      update: 'echo "$PULUMI_COMMAND_STDOUT"',
      delete: "drained",
      interpreter: serverInterpreter(),
      stdin: pulumi.secret(args.kubeconfig),
      environment: {
        NODE: node,
        DRAIN_TIMEOUT: `${args.drainTimeout}`,
        CHECK: JSON.stringify(checkPod({ node, image: sandbox, clusterDns })),
      },
      triggers: [args.instanceId],
    },
    { ...opts, deleteBeforeReplace: true },
  );
}
