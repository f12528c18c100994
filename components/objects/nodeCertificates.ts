import * as command from "@pulumi/command";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Registered } from "../made";
import { IssuedCertificates } from "../pki/credentials";
import { certificatesTaken, takenRights } from "./certificatesTaken";

export interface NodeCertificatesArgs {
  controlPlane: readonly IssuedCertificates[];
  /** Each worker's, once it is registered. */
  workers: readonly Promise<IssuedCertificates>[];
  /** The program's own kubeconfig; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** Whether authorities were ever rotated: then each node says what it has, and control-plane nodes get theirs one after the other. */
  rotated: boolean;
  /** By node, what has happened when it is in service; once all of that is registered, which may wait for control-plane nodes here. */
  inService: Promise<ReadonlyMap<string, Registered>>;
}

/** A node's certificates, and the object that has them. */
interface Published {
  issued: IssuedCertificates;
  configMap: pulumi.Resource;
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
  readonly taken: readonly Registered<command.local.Command>[];
  /** Those of control-plane nodes: until they have happened, an API server may be away for a moment. */
  readonly takenByControlPlane: readonly command.local.Command[];

  constructor(
    name: string,
    { controlPlane, workers, kubeconfig, rotated, inService }: NodeCertificatesArgs,
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
    let before = rotated ? takenRights(name, child) : [];
    const published = (issued: IssuedCertificates): Published => {
      const configMap = new k8s.core.v1.ConfigMap(
        `${issued.node}-certificates`,
        {
          metadata: { name: `hostroute-certificates-${issued.node}`, namespace: NAMESPACE },
          // Public, whatever they were made from.
          data: pulumi.unsecret(issued.files),
        },
        rotated ? { ...child, dependsOn: before } : child,
      );
      return { issued, configMap };
    };
    const takenBy = ({ issued, configMap }: Published) =>
      certificatesTaken(
        { kubeconfig, ...issued },
        { ...child, dependsOn: [configMap, inService.then((all) => all.get(issued.node)!)] },
      );
    this.takenByControlPlane = controlPlane.flatMap((issued) => {
      const own = published(issued);
      if (!rotated) return [];
      const command = takenBy(own);
      // Of several members, etcd's is restarted when the one before it works again.
      before = [command];
      return command;
    });
    const ofWorkers = workers.map(async (issued) => published(await issued));
    this.taken = [...this.takenByControlPlane, ...(rotated ? ofWorkers.map(async (own) => takenBy(await own)) : [])];
    this.registerOutputs();
  }
}
