import { KeyPair } from "../kubernetes/kubeconfig";
import { pki } from "../kubernetes/flags/paths";
import { LIB, script } from "./common";
import { NodeFile } from "./document";
import { timedUnits } from "./units";

/** The control plane's secrets, all PEM but the last. Each node gets its own key pairs. */
export interface ControlPlaneCredentials {
  ca: KeyPair;
  etcdCa: string;
  frontProxyCa: string;
  /** By the name of their files: what is issued for this node alone. */
  own: Record<ControlPlanePair, KeyPair>;
  /** Signs service accounts' tokens; the same on all control-plane nodes. */
  serviceAccount: { publicKey: string; privateKey: string };
  /** 32 bytes in base64: encrypts Secrets in etcd (secretbox). */
  encryptionKey: string;
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

/** A certificate and its key: the key is root's alone. */
export function keyFiles(name: string, { cert, key }: KeyPair): NodeFile[] {
  return [
    { path: pki(`${name}.crt`), content: cert },
    { path: pki(`${name}.key`), content: key, permissions: "0600" },
  ];
}

/** The files of all key pairs that are a node's own. */
export const ownFiles = (own: Record<string, KeyPair>): NodeFile[] =>
  Object.entries(own).flatMap(([name, pair]) => keyFiles(name, pair));

/** The certificates among them by file name, as the node's ConfigMap has them: nothing in there is secret. */
export const certificatesOf = (own: Record<string, KeyPair>): Record<string, string> =>
  Object.fromEntries(Object.entries(own).map(([name, { cert }]) => [`${name}.crt`, cert]));

/** The credentials without what a running node renews by itself: what is left decides whether it needs a new server. */
export function withoutCertificates<T extends { own: Record<string, KeyPair> }>(credentials: T): T {
  const keys = Object.entries(credentials.own).map(([name, { key }]) => [name, { cert: "", key }] as const);
  return { ...credentials, own: Object.fromEntries(keys) };
}

/** The timer that keeps a node's certificates up to date, for the list of units to enable. */
export const RENEW = "hostroute-renew-certificates.timer";

export interface Renewal {
  /** URL of the API. */
  server: string;
  node: string;
  /** The pair to ask with. */
  client: ControlPlanePair | WorkerPair;
  /**
   * Units to restart. kubelet, since to whoever connects by address, as the API server does, it goes on showing the
   * certificate that it started with (kubernetes/kubernetes#133001; measured with 1.34.1). The others need none: etcd reads
   * its files at each handshake, the API server watches them, and so does every client with a kubeconfig, within five minutes
   * (client-go transport/cert_rotation.go).
   */
  restart?: readonly string[];
}

/** How a running node gets certificates that were issued anew. */
export function renewalFiles({ server, node, client, restart = [] }: Renewal): NodeFile[] {
  return [
    script("renew-certificates.py"),
    ...timedUnits({
      name: RENEW.replace(".timer", ""),
      description: "Certificates of this node, as the stack has issued them",
      command: [`${LIB}/renew-certificates.py`, server, node, client, ...restart].join(" "),
      after: [],
      seconds: 60,
      settings: ["SyslogLevel=notice", "LogLevelMax=notice", "TimeoutStartSec=60", "ProtectHome=yes", "PrivateTmp=yes"],
    }),
  ];
}
