import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { KUBELET_CLIENT } from "../pki";

export interface AccessArgs {
  /** The user who administers the cluster: the common name of the certificate in the output `kubeconfig`. */
  administrator: pulumi.Input<string>;
}

const RBAC = "rbac.authorization.k8s.io";

/**
 * The rights of the two client certificates that have none of their own. Unlike membership in `system:masters`, which the API server
 * never asks RBAC about, a binding can be taken back, and what it grants shows in RBAC (kubernetes/kubeadm#2414).
 */
export class Access extends pulumi.ComponentResource {
  constructor(name: string, { administrator }: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:objects:Access", name, {}, opts);
    const bind = (what: string, role: string, user: pulumi.Input<string>) =>
      new k8s.rbac.v1.ClusterRoleBinding(
        `${name}-${what}`,
        {
          metadata: { name: `hostroute:${what}` },
          roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
          subjects: [{ apiGroup: RBAC, kind: "User", name: user }],
        },
        { parent: this },
      );
    bind("administrator", "cluster-admin", administrator);
    // Logs, exec, port-forward and metrics, and nothing else (kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz).
    bind("kubelet-api", "system:kubelet-api-admin", KUBELET_CLIENT);
    this.registerOutputs();
  }
}
