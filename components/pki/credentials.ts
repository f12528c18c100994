import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../kubernetes/apiServerConfig";
import { KeyPair } from "../kubernetes/kubeconfig";

/** The control plane's secrets, all PEM but the last. Each node gets its own key pairs. */
export interface ControlPlaneCredentials {
  /** Each the certificates of all generations that are trusted. No authority's key is among them: nothing on a node signs certificates. */
  ca: string;
  etcdCa: string;
  frontProxyCa: string;
  /** The same of the first generation, trusted or not: what servers are compared by. */
  first: { ca: string; etcdCa: string; frontProxyCa: string };
  /** By the name of their files: what is issued for this node alone. */
  own: Record<ControlPlanePair, NodePair>;
  /** The private key signs service accounts' tokens, each of the public ones verifies them; the same on all control-plane nodes. */
  serviceAccount: { publicKeys: string; privateKey: string };
  /** The first encrypts Secrets in etcd, each of them decrypts (secretbox). */
  encryptionKeys: readonly EncryptionKey[];
}

/** A pair of a node's own, and by some of them what shows the node that it may trust an authority that comes (`IssuedPair`). */
export interface NodePair extends KeyPair {
  proof?: string;
}

/** A worker's secrets: its own, and the CA's certificate. */
export interface WorkerCredentials {
  ca: string;
  first: { ca: string };
  /** `kubelet` is the client certificate `system:node:NAME` and the serving certificate in one. */
  own: Record<WorkerPair, NodePair>;
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
  role: "control-plane" | "worker";
  files: pulumi.Output<Record<string, string>>;
}

/** By which pair a node sees that it may trust another authority in that file: the first of its own that the authority has issued. */
const PROVES: Partial<Record<ControlPlanePair | WorkerPair, string>> = {
  etcd: "etcd-ca",
  apiserver: "ca",
  "front-proxy-client": "front-proxy-ca",
  kubelet: "ca",
};

interface Credentials {
  ca: string;
  etcdCa?: string;
  frontProxyCa?: string;
  own: Record<string, NodePair>;
}

/**
 * A node's certificates by file name, as its ConfigMap has them: nothing in there is secret.
 * @param rotated whether its authorities have ever been others than the first ones: then whom it trusts is among them, with the proofs
 */
export function certificatesOf(
  { ca, etcdCa, frontProxyCa, own }: Credentials,
  rotated: boolean,
): Record<string, string> {
  const certificates = Object.entries(own).map(([name, { cert }]) => [`${name}.crt`, cert]);
  if (!rotated) return Object.fromEntries(certificates) as Record<string, string>;
  const trusted = Object.entries({ "ca.crt": ca, "etcd-ca.crt": etcdCa, "front-proxy-ca.crt": frontProxyCa });
  const proofs = Object.entries(PROVES).map(([pair, authority]) => [`${authority}.proof`, own[pair]?.proof]);
  const all = [...certificates, ...trusted, ...proofs].filter(([, text]) => text !== undefined);
  return Object.fromEntries(all) as Record<string, string>;
}

/** The credentials without what a running node renews by itself: what is left decides whether it needs a new server. */
export function withoutCertificates<T extends { first: object; own: Record<string, KeyPair> }>(credentials: T): T {
  const keys = Object.entries(credentials.own).map(([name, { key }]) => [name, { cert: "", key }] as const);
  return { ...credentials, ...credentials.first, own: Object.fromEntries(keys) };
}
