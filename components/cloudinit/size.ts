import { createHash } from "node:crypto";
import { Problem } from "../settings/problem";
import { controlPlaneNodeUserData, UserDataSpec, workerNodeUserData } from "./nodeUserData";
import { controlPlaneOwn, overOwn, Own, workerOwn } from "./ownFiles";
import { packed, USER_DATA_MAX_BYTES } from "./packed";

/** A placeholder that gzip cannot make smaller, as it cannot a key; each its own, and the same at every run. */
const filler = (label: string, length: number) =>
  createHash("shake256", { outputLength: length }).update(label).digest("base64").slice(0, length);

/** Stands for PEM that does not exist yet: the dev stack's certificates have 591 to 733 bytes, some 20 for each name in them. */
const pem = (label: string, cert = 850) => ({ cert: filler(`${label}.crt`, cert), key: filler(`${label}.key`, 240) });
const pems = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, pem(name)])) as Record<Name, ReturnType<typeof pem>>;

const WORKER = { ca: pem("ca").cert, own: pems("kubelet", "kube-proxy") };
const CONTROL_PLANE = {
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
