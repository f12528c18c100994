import { createHash } from "node:crypto";
import { Problem } from "../settings/problem";
import { controlPlaneNodeUserData, UserDataSpec, workerNodeUserData } from "./nodeUserData";
import { controlPlaneOwn, overOwn, Own, workerOwn } from "./ownFiles";
import { packed, USER_DATA_MAX_BYTES } from "./packed";

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

const WORKER = {
  ca: cert("ca", AUTHORITY),
  own: { kubelet: pair("kubelet", NODE), "kube-proxy": pair("kube-proxy", CLIENT) },
};
const CONTROL_PLANE = {
  ca: cert("ca", AUTHORITY),
  etcdCa: cert("etcd-ca", AUTHORITY),
  frontProxyCa: cert("front-proxy-ca", AUTHORITY),
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
    publicKey: pem("PUBLIC KEY", "service-account.pub", 455),
    privateKey: pem("RSA PRIVATE KEY", "service-account.key", 1_685),
  },
  encryptionKey: incompressible("encryption", 44),
};

/**
 * What is wrong with a cluster's user-data, found before any key is made: rendered with placeholders at least as long as real keys.
 * Each pool once: its nodes' documents differ by a few digits only.
 */
export function userDataProblems(spec: UserDataSpec): Problem[] {
  const controlPlane = spec.plan.controlPlane[0];
  const bare = {
    ...spec,
    controlPlane: { ...spec.controlPlane, extraFiles: [] },
    workerPools: spec.workerPools.map((pool) => ({ ...pool, extraFiles: [] })),
  };
  return [
    ...(controlPlane
      ? problemsOf(
          "controlPlane.extraFiles",
          undefined,
          controlPlaneNodeUserData(spec, controlPlane, CONTROL_PLANE),
          spec.controlPlane.extraFiles,
          () => controlPlaneOwn(spec, controlPlaneNodeUserData(bare, controlPlane, CONTROL_PLANE)),
        )
      : []),
    ...spec.workerPools.flatMap((pool, i) => {
      const node = spec.plan.workers.find((worker) => worker.pool === pool.name);
      return node
        ? problemsOf(
            `workerPools[${i}].extraFiles`,
            `of pool ${pool.name}`,
            workerNodeUserData(spec, node, WORKER),
            pool.extraFiles,
            () => workerOwn(spec, workerNodeUserData(bare, node, WORKER)),
          )
        : [];
    }),
  ];
}

/** What is wrong with one node's: files over the program's own, and more than Nova takes. */
function problemsOf(
  key: string,
  value: string | undefined,
  userData: string,
  files: readonly { path: string }[],
  own: () => Own,
): Problem[] {
  const bytes = Buffer.byteLength(packed(userData));
  return [
    ...(files.length > 0 ? overOwn(key, files, own()) : []),
    ...(bytes > USER_DATA_MAX_BYTES
      ? [
          {
            key,
            value,
            problem: `makes user-data of up to ${bytes} bytes, compressed and in base64, but Nova accepts ${USER_DATA_MAX_BYTES}`,
            remedy: "Shorten its extraFiles: put large files into the image, or have the node download them.",
          },
        ]
      : []),
  ];
}
