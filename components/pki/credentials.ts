import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../kubernetes/apiServerConfig";
import { KeyPair } from "../kubernetes/kubeconfig";

/** The control plane's secrets, all PEM but the last. Each node gets its own key pairs. */
export interface ControlPlaneCredentials {
  /** No authority's key is among them: nothing on a node signs certificates. */
  ca: string;
  etcdCa: string;
  frontProxyCa: string;
  /** By the name of their files: what is issued for this node alone. */
  own: Record<ControlPlanePair, KeyPair>;
  /** The private key signs service accounts' tokens, each of the public ones verifies them; the same on all control-plane nodes. */
  serviceAccount: { publicKeys: string; privateKey: string };
  /** The first encrypts Secrets in etcd, each of them decrypts (secretbox). */
  encryptionKeys: readonly EncryptionKey[];
}

/** A worker's secrets: its own, and the CA's certificate. */
export interface WorkerCredentials {
  ca: string;
  /** `kubelet` is the client certificate `system:node:NAME` and the serving certificate in one. */
  own: Record<WorkerPair, KeyPair>;
}

export type ControlPlanePair =
  | "etcd"
  | "apiserver"
  | "apiserver-etcd-client"
  | "apiserver-kubelet-client"
  | "front-proxy-client"
  | "controller-manager"
  | "scheduler";
export type WorkerPair = "kubelet" | "kube-proxy";

/** A node's certificates by file name, PEM. */
export interface IssuedCertificates {
  node: string;
  files: pulumi.Output<Record<string, string>>;
}

/** The certificates of key pairs by file name, as the node's ConfigMap has them: nothing in there is secret. */
export const certificatesOf = (own: Record<string, KeyPair>): Record<string, string> =>
  Object.fromEntries(Object.entries(own).map(([name, { cert }]) => [`${name}.crt`, cert]));

/** The credentials without what a running node renews by itself: what is left decides whether it needs a new server. */
export function withoutCertificates<T extends { own: Record<string, KeyPair> }>(credentials: T): T {
  const keys = Object.entries(credentials.own).map(([name, { key }]) => [name, { cert: "", key }] as const);
  return { ...credentials, own: Object.fromEntries(keys) };
}
