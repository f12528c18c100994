import { pki } from "../kubernetes/flags/paths";
import { KeyPair } from "../kubernetes/kubeconfig";
import { ControlPlanePair, WorkerPair } from "../pki/credentials";
import { LIB, script } from "./common";
import { NodeContent, NodeFile } from "./document";
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
export function renewalFiles({ server, node, client, restart = [] }: Renewal): NodeContent[] {
  return [
    script("renew-certificates.py"),
    ...timedUnits({
      name: "hostroute-renew-certificates",
      description: "Certificates of this node, as the stack has issued them",
      command: [`${LIB}/renew-certificates.py`, server, node, client, ...restart].join(" "),
      after: [],
      seconds: 60,
      settings: ["SyslogLevel=notice", "LogLevelMax=notice", "TimeoutStartSec=60", "ProtectHome=yes", "PrivateTmp=yes"],
    }),
  ];
}
