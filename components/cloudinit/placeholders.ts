import { createHash } from "node:crypto";
import { ControlPlaneCredentials, WorkerCredentials } from "../pki/credentials";

/** A placeholder that gzip cannot make smaller, as it cannot a key; each its own, and the same at every run. */
const filler = (label: string, length: number) =>
  createHash("shake256", { outputLength: length }).update(label).digest("base64").slice(0, length);

/** Stands for PEM that does not exist yet: the dev stack's certificates have 591 to 733 bytes, some 20 for each name in them. */
const pem = (label: string, cert = 850) => ({ cert: filler(`${label}.crt`, cert), key: filler(`${label}.key`, 240) });
const pems = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, pem(name)])) as Record<Name, ReturnType<typeof pem>>;

/** Stands for a worker's credentials. */
export const WORKER: WorkerCredentials = { ca: pem("ca").cert, own: pems("kubelet", "kube-proxy") };
/** Stands for a control-plane node's. */
export const CONTROL_PLANE: ControlPlaneCredentials = {
  ca: pem("ca").cert,
  etcdCa: pem("etcd-ca").cert,
  frontProxyCa: pem("front-proxy-ca").cert,
  own: {
    ...pems("etcd", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client"),
    ...pems("controller-manager", "scheduler"),
    // The one with the most names: 855 bytes on the dev stack.
    apiserver: pem("apiserver", 1_300),
  },
  serviceAccount: { publicKey: filler("sa.pub", 460), privateKey: filler("sa.key", 1_710) },
  encryptionKey: filler("encryption", 44),
};
