import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { IssuedCertificates } from "../pki/credentials";

export interface NodeCertificatesArgs {
  nodes: readonly IssuedCertificates[];
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
  constructor(name: string, { nodes }: NodeCertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
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
    for (const { node, files } of nodes) {
      const named = { name: `hostroute-certificates-${node}`, namespace: NAMESPACE };
      // Public, whatever they were made from.
      const data = pulumi.unsecret(files);
      new k8s.core.v1.ConfigMap(`${node}-certificates`, { metadata: named, data }, child);
    }
    this.registerOutputs();
  }
}
