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
  /** By node, what has happened when it is in service; once all of that is registered, which may wait for control-plane nodes here. */
  inService: Promise<ReadonlyMap<string, pulumi.Resource>>;
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
  /** Per node, what has happened when it has taken them over. None unless authorities were ever rotated. */
  readonly taken: readonly command.local.Command[];
  /** Those of control-plane nodes: until they have happened, an API server may be away for a moment. */
  readonly takenByControlPlane: readonly command.local.Command[];

  constructor(
    name: string,
    { nodes, kubeconfig, rotated, inService }: NodeCertificatesArgs,
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
    const taken: Record<IssuedCertificates["role"], command.local.Command[]> = { "control-plane": [], worker: [] };
    let before = rotated ? takenRights(name, child) : [];
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
      const dependsOn = [configMap, inService.then((all) => all.get(node)!)];
      const command = certificatesTaken({ kubeconfig, node, role, files }, { ...child, dependsOn });
      taken[role].push(command);
      // Of several members, etcd's is restarted when the one before it works again.
      if (role === "control-plane") before = [command];
    }
    this.takenByControlPlane = taken["control-plane"];
    this.taken = [...taken["control-plane"], ...taken.worker];
    this.registerOutputs();
  }
}
