import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as manifests from "./dnsManifests";

export interface ClusterDnsArgs {
  /** The DNS service's address: what kubelets tell pods (`--cluster-dns`). */
  clusterDns: string;
  /** The domain that services are named in. */
  clusterDomain: string;
  /** CoreDNS' image; `images.coredns` of the configuration. */
  image: string;
  /** How many workers take pods that tolerate no taint: with as many as there are replicas, no two of these are on one. */
  hosts: number;
  /** Pods. Default: 2, as kubeadm. */
  replicas?: number | undefined;
}

/** kubeadm's number: one to answer while the other is replaced. */
const REPLICAS = 2;

/**
 * The cluster's DNS: CoreDNS behind the address that every kubelet was told. The update waits until its pods are ready, at
 * most the provider's ten minutes, so that a cluster reported as up can resolve names. It therefore needs a worker.
 */
export class ClusterDns extends pulumi.ComponentResource {
  /** Is there, or up to date, when its pods are ready. */
  readonly deployment: k8s.apps.v1.Deployment;

  constructor(name: string, args: ClusterDnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:kubernetes:ClusterDns", name, {}, opts);
    const settings = { ...args, replicas: args.replicas ?? REPLICAS };
    const dns = `${name}-dns`;
    const child = { parent: this };
    const account = new k8s.core.v1.ServiceAccount(dns, manifests.serviceAccount(), child);
    const role = new k8s.rbac.v1.ClusterRole(dns, manifests.clusterRole(), child);
    const binding = new k8s.rbac.v1.ClusterRoleBinding(dns, manifests.clusterRoleBinding(), {
      ...child,
      dependsOn: [account, role],
    });
    const config = new k8s.core.v1.ConfigMap(dns, manifests.configMap(settings), child);
    // Names are fixed, so the engine cannot infer these dependencies; without its rights the pod would crash and restart first.
    this.deployment = new k8s.apps.v1.Deployment(dns, manifests.deployment(settings), {
      ...child,
      dependsOn: [binding, config],
    });
    // The address lies in the low band of the service CIDR, which the API server does not hand out by itself (KEP-3070).
    new k8s.core.v1.Service(dns, manifests.service(settings), child);
    new k8s.policy.v1.PodDisruptionBudget(dns, manifests.disruptionBudget(), child);
    this.registerOutputs({ clusterDns: args.clusterDns });
  }
}
