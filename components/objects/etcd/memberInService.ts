import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { KubernetesVersion, versionTag } from "../../kubernetes/version";
import { memberInterpreter } from "./script";

export interface MemberInServiceArgs {
  /** The program's own kubeconfig; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** The control-plane node, of several. */
  node: { name: string; address: string };
  /** Its server's id. */
  instanceId: pulumi.Input<string>;
  /** Nova restarts a server to give it another one. */
  flavor: string;
  /** What its API server is to run. */
  release: KubernetesVersion;
  /** All planned members, by address. */
  members: readonly string[];
}

/**
 * The time in service of a control-plane server, one of several: as that of a worker's (rollout/inService.ts), but what it ends and begins with is
 * its member of etcd, and its API server.
 */
export function memberInService(
  { kubeconfig, node, instanceId, flavor, release, members }: MemberInServiceArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  return new command.local.Command(
    `${node.name}-in-service`,
    {
      create: "joined",
      // A new kubeconfig, or other members, are only noted.
      update: ":",
      delete: "leaves",
      interpreter: memberInterpreter(),
      stdin: pulumi.secret(kubeconfig),
      environment: {
        NODE: node.name,
        INSTANCE: instanceId,
        ADDRESS: node.address,
        RELEASE: versionTag(release),
        MEMBERS: members.join(" "),
      },
      triggers: [instanceId, flavor],
    },
    { ...opts, deleteBeforeReplace: true },
  );
}
