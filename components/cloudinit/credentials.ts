import { pki } from "../kubernetes/flags/paths";
import { KeyPair } from "../kubernetes/kubeconfig";
import { ControlPlanePair, WorkerPair } from "../pki/credentials";
import { LIB, NodeContent, NodeFile, script } from "./document";
import { timedUnits } from "./units";

/** A certificate and its key, which is root's alone until whoever needs it has an account. */
function keyFiles(name: string, { cert, key }: KeyPair): NodeFile[] {
  return [
    { path: pki(`${name}.crt`), content: cert },
    { path: pki(`${name}.key`), content: key, permissions: "0600" },
  ];
}

/** The files of all key pairs that are a node's own. */
export const ownFiles = (own: Record<string, KeyPair>): NodeFile[] =>
  Object.entries(own).flatMap(([name, pair]) => keyFiles(name, pair));

/** Where the renewal finds what may be renewed. */
const KNOWN = "/etc/hostroute/certificates.json";

/** Who issues a pair's certificate, by the file's name, and what it is for (components/pki). */
interface Kind {
  authority: "ca" | "etcd-ca" | "front-proxy-ca";
  client: boolean;
  server: boolean;
}
const client: Kind = { authority: "ca", client: true, server: false };
const both: Kind = { ...client, server: true };
const KINDS: Record<ControlPlanePair | WorkerPair, Kind> = {
  etcd: { ...both, authority: "etcd-ca" },
  apiserver: { ...both, client: false },
  "apiserver-etcd-client": { ...client, authority: "etcd-ca" },
  "apiserver-kubelet-client": client,
  "front-proxy-client": { ...client, authority: "front-proxy-ca" },
  "controller-manager": client,
  scheduler: client,
  kubelet: both,
  "kube-proxy": client,
};

/** What a node may take over anew: its own pairs' certificates, and no authority's. */
export const knownCertificates = (own: Record<string, unknown>): Record<string, Kind> =>
  Object.fromEntries(Object.entries(KINDS).filter(([name]) => name in own));

export interface Renewal {
  /** URL of the API. */
  server: string;
  node: string;
  /** The node's own pairs, by name. */
  own: Record<string, unknown>;
  /** The pair to ask with. */
  client: ControlPlanePair | WorkerPair;
  /**
   * Units to restart. kubelet, since to whoever connects by address, as the API server does, it goes on showing the
   * certificate that it started with (kubernetes/kubernetes#133001; measured with 1.34.1). The others need none: etcd reads
   * its files at each handshake, the API server watches them, and so does every client with a kubeconfig, within five minutes
   * (client-go transport/cert_rotation.go).
   */
  restart?: readonly string[];
  /**
   * Units to restart for other authorities. etcd reads those that it trusts when it starts (etcd-io/etcd#11555), and so does every client with a
   * kubeconfig, before 1.36 (kubernetes/kubernetes#119483), the API server as a client of etcd and kubelets among them. In this order.
   */
  trusting: readonly string[];
}

/** How a running node gets certificates that were issued anew. */
export function renewalFiles({ server, node, own, client, restart = [], trusting }: Renewal): NodeContent[] {
  return [
    script("renew-certificates.py"),
    { path: KNOWN, content: `${JSON.stringify(knownCertificates(own), undefined, 1)}\n` },
    ...timedUnits({
      name: "hostroute-renew-certificates",
      description: "Certificates of this node, as the stack has issued them",
      command: [`${LIB}/renew-certificates.py`, server, node, KNOWN, client, ...restart, "--", ...trusting].join(" "),
      needs: [],
      seconds: 60,
      settings: [
        "SyslogLevel=notice",
        "LogLevelMax=notice",
        "TimeoutStartSec=300",
        "ProtectHome=yes",
        "PrivateTmp=yes",
      ],
    }),
  ];
}
