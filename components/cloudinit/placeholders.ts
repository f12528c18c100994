import { createHash } from "node:crypto";
import { ControlPlaneCredentials, WorkerCredentials } from "../pki/credentials";
import { inOrder, KeyGenerations, nameOf, usedFirst } from "../settings/generations";
import { Restore } from "./snapshots";

/** Base64 that gzip cannot make smaller, as it cannot a key's; each its own, and the same at every run. */
export const incompressible = (label: string, length: number) =>
  createHash("shake256", { outputLength: length }).update(label).digest("base64").slice(0, length);

/** Stands for PEM that does not exist yet, as long as that. */
export function pem(kind: string, label: string, length: number): string {
  const [begin, end] = [`-----BEGIN ${kind}-----\n`, `\n-----END ${kind}-----\n`];
  // Of 65 characters, one ends a line.
  const base64 = incompressible(label, Math.ceil(((length - begin.length - end.length) * 64) / 65));
  return `${begin}${base64.replace(/.{64}(?=.)/g, "$&\n")}${end}`;
}

const cert = (name: string, length: number) => pem("CERTIFICATE", `${name}.crt`, length);
const pair = (name: string, length: number) => ({
  cert: cert(name, length),
  key: pem("EC PRIVATE KEY", `${name}.key`, 231),
});
/** With the longest names that there can be, as Go's x509 makes them: 696 bytes, 664, 883 with a node's name, 1,432 with all of the API's. */
const [AUTHORITY, CLIENT, NODE, API] = [700, 670, 890, 1_440];

/** Of the known generations. */
const trusted = (name: string, authorities: KeyGenerations["authorities"]) =>
  inOrder(authorities)
    .map((n) => cert(nameOf(name, n), AUTHORITY))
    .join("");

/** Stands for a worker's credentials. */
export const worker = ({ authorities }: KeyGenerations): WorkerCredentials => ({
  ca: trusted("ca", authorities),
  first: { ca: cert("ca", AUTHORITY) },
  own: { kubelet: pair("kubelet", NODE), "kube-proxy": pair("kube-proxy", CLIENT) },
});
/** Stands for a control-plane node's, with those generations of the keys that are no node's own. */
export const controlPlane = ({ authorities, serviceAccount, encryption }: KeyGenerations): ControlPlaneCredentials => ({
  ca: trusted("ca", authorities),
  etcdCa: trusted("etcd-ca", authorities),
  frontProxyCa: trusted("front-proxy-ca", authorities),
  first: {
    ca: cert("ca", AUTHORITY),
    etcdCa: cert("etcd-ca", AUTHORITY),
    frontProxyCa: cert("front-proxy-ca", AUTHORITY),
  },
  own: {
    etcd: pair("etcd", NODE),
    apiserver: pair("apiserver", API),
    "apiserver-etcd-client": pair("apiserver-etcd-client", CLIENT),
    "apiserver-kubelet-client": pair("apiserver-kubelet-client", CLIENT),
    "front-proxy-client": pair("front-proxy-client", CLIENT),
    "controller-manager": pair("controller-manager", CLIENT),
    scheduler: pair("scheduler", CLIENT),
  },
  serviceAccount: {
    publicKeys: inOrder(serviceAccount)
      .map((n) => pem("PUBLIC KEY", nameOf("service-account.pub", n), 455))
      .join(""),
    privateKey: pem("RSA PRIVATE KEY", nameOf("service-account.key", serviceAccount.used), 1_685),
  },
  encryptionKeys: usedFirst(encryption).map((generation) => ({
    generation,
    secret: incompressible(nameOf("encryption", generation), 44),
  })),
});

/** Stands for what a server begins with: a temporary URL, the names in it included, and the last word of the server before. */
export const RESTORE: Restore = {
  get: `https://${incompressible("store", 320)}`,
  from: incompressible("snapshot", 44),
  final: incompressible("server", 40),
};
