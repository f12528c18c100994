/** The programs that the flags table knows. */
export const COMPONENTS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
] as const;
export type ComponentName = (typeof COMPONENTS)[number];

/** The source of the flags that "Kubernetes Networking", the document that this project implements, gives itself. */
export const DOCUMENT = "1.4-era document";

/** Everything a flag's value can be made of, for one node. */
export interface FlagValues {
  /** Name of the node that the program runs on. */
  nodeName: string;
  /** The node's address in the node subnet (`${hostip}` in the 1.4-era document): the fixed one, never the floating one. */
  hostIp: string;
  /** Where nodes reach the API: a balancer, or the first control-plane node. */
  apiUrl: string;
  clusterCidr: string;
  nodeMask: number;
  serviceCidr: string;
  serviceNodePortRange: string;
  clusterDns: string;
  clusterDomain: string;
  /** Every control-plane node, for etcd's membership. */
  controlPlane: readonly { readonly name: string; readonly address: string }[];
  /** Whether there is a cluster of etcd that all of several members join, even the first one. */
  etcdBegun?: boolean;
}

/** One flag of one program: a row of the table (docs/decisions/0009-flags-are-data.md). */
export interface FlagRow {
  component: ComponentName;
  /** Without the leading dashes. */
  flag: string;
  value: (values: FlagValues) => string;
  /** `DOCUMENT` for the document's own flags, else why the flag is there. */
  source: string;
  /** First minor release (of 1.x) that the row is for. */
  from?: number;
  /** First minor release that the row is no longer for: the flag is gone, or another row takes its place. */
  until?: number;
  /** What takes the place of the flag from `until` on, or without `allowInsecure`. */
  afterwards?: string;
  /** Rendered only where the operator allows it by name (`allowInsecure`). */
  insecure?: true;
  /** Rendered only where an insecure row of the same release is not: its secure equivalent. */
  insteadOfInsecure?: true;
}
