import * as command from "@pulumi/command";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { IssuedCertificates } from "../pki/credentials";
import { certificatesTaken, takenRights } from "./certificatesTaken";

export interface NodeCertificatesArgs {
  nodes: readonly IssuedCertificates[];
  /** The program's own kubeconfig; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** Whether authorities were ever rotated: then each node says what it has, and control-plane nodes get theirs one after the other. */
  rotated: boolean;
}

/** Where Kubernetes keeps what everybody may read; the API server makes it. */
const NAMESPACE = "kube-public";
const ROLE = "hostroute:certificates";

/**
 * Puts every node's certificates where the running node finds them: a renewed one reaches it within a minute
 * (cloudinit/files/renew-certificates.py), and neither server nor pod is replaced for it. Certificates are public, their keys are not in
 * here: a new key takes a new server.
 */
export class NodeCertificates extends pulumi.ComponentResource {
  /** By node, what has happened when it has taken them over. Empty unless authorities were ever rotated. */
  readonly taken: ReadonlyMap<string, command.local.Command>;

  constructor(
    name: string,
    { nodes, kubeconfig, rotated }: NodeCertificatesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("hostroute:kubernetes:NodeCertificates", name, {}, opts);
    const child = { parent: this };
    const metadata = { name: ROLE, namespace: NAMESPACE };
    const certificates = `${name}-certificates`;
    new k8s.rbac.v1.Role(
      certificates,
      { metadata, rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }] },
      child,
    );
    new k8s.rbac.v1.RoleBinding(
      certificates,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: ROLE },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:nodes" }],
      },
      child,
    );
    if (rotated) takenRights(name, child);
    const taken = new Map<string, command.local.Command>();
    let before: pulumi.Resource[] = [];
    const workersLast = ["control-plane", "worker"].flatMap((role) => nodes.filter((each) => each.role === role));
    for (const { node, role, files } of workersLast) {
      const named = { name: `hostroute-certificates-${node}`, namespace: NAMESPACE };
      // Public, whatever they were made from.
      const data = pulumi.unsecret(files);
      const configMap = new k8s.core.v1.ConfigMap(
        `${node}-certificates`,
        { metadata: named, data },
        rotated ? { ...child, dependsOn: before } : child,
      );
      if (!rotated) continue;
      const args = { kubeconfig, node, role, files };
      const command = certificatesTaken(args, { ...child, dependsOn: [configMap] });
      taken.set(node, command);
      // Of several members, etcd's is restarted when the one before it works again.
      if (role === "control-plane") before = [command];
    }
    this.taken = taken;
    this.registerOutputs();
  }
}
