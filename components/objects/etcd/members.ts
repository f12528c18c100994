import * as command from "@pulumi/command";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { membersInterpreter, NAME, NAMESPACE } from "./script";

export interface EtcdMembersArgs {
  /** A kubeconfig that may write in kube-system; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** The planned members, by address. */
  members: readonly string[];
  /** The control plane's server ids: when one changes, its member is waited for again. */
  triggers: readonly pulumi.Input<string>[];
}

const ROLE = "hostroute:etcd";
const RBAC = "rbac.authorization.k8s.io";

/**
 * etcd's members, as many as are planned: waits for those that join, and has those leave whose servers this update deletes, before it does
 * (deletions come last). A member that would cost the others their majority does not leave, and the update fails.
 */
export class EtcdMembers extends pulumi.ComponentResource {
  /** What lets nodes of several answer. */
  readonly rights: readonly pulumi.Resource[];

  constructor(name: string, args: EtcdMembersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:objects:EtcdMembers", name, {}, opts);
    const { kubeconfig, members, triggers } = args;
    this.rights = members.length > 1 ? this.makeRights(name) : [];
    new command.local.Command(
      `${name}-etcd-members`,
      {
        create: "planned",
        interpreter: membersInterpreter(),
        stdin: pulumi.secret(kubeconfig),
        environment: { MEMBERS: members.join(" ") },
        triggers: [...triggers],
      },
      { parent: this, dependsOn: [...this.rights] },
    );
    this.registerOutputs();
  }

  /** For the nodes: the one client certificate of theirs that has a name in the API. */
  private makeRights(name: string): pulumi.Resource[] {
    const metadata = { name: ROLE, namespace: NAMESPACE };
    const rules = [{ apiGroups: [""], resources: ["configmaps"], resourceNames: [NAME], verbs: ["get", "patch"] }];
    return [
      new k8s.rbac.v1.Role(`${name}-etcd`, { metadata, rules }, { parent: this }),
      new k8s.rbac.v1.RoleBinding(
        `${name}-etcd`,
        {
          metadata,
          roleRef: { apiGroup: RBAC, kind: "Role", name: ROLE },
          subjects: [{ apiGroup: RBAC, kind: "User", name: "system:kube-controller-manager" }],
        },
        { parent: this },
      ),
    ];
  }
}
