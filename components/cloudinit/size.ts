import { Problem } from "../settings/problem";
import { encodedBytes, USER_DATA_MAX_BYTES } from "./document";
import { controlPlaneNodeUserData, UserDataSpec, workerNodeUserData } from "./nodeUserData";

/** A placeholder for PEM that does not exist yet: the dev stack's certificates have 591 to 733 bytes, some 20 for each name in them. */
const PEM = { cert: "c".repeat(850), key: "k".repeat(240) };
/** The API server's has the most names: 855 bytes there. */
const API_SERVER = { ...PEM, cert: "c".repeat(1_300) };

const WORKER = { ca: PEM.cert, own: { kubelet: PEM, "kube-proxy": PEM } };
const CONTROL_PLANE = {
  ca: PEM.cert,
  etcdCa: PEM.cert,
  frontProxyCa: PEM.cert,
  own: {
    etcd: PEM,
    apiserver: API_SERVER,
    "apiserver-etcd-client": PEM,
    "apiserver-kubelet-client": PEM,
    "front-proxy-client": PEM,
    "controller-manager": PEM,
    scheduler: PEM,
  },
  serviceAccount: { publicKey: "p".repeat(460), privateKey: "k".repeat(1_710) },
  encryptionKey: "e".repeat(44),
};

/**
 * User-data that Nova would refuse, found before any key is made: rendered with placeholders at least as long as real keys.
 * One problem per pool: its nodes' documents differ by a few digits only.
 */
export function userDataProblems(spec: UserDataSpec): Problem[] {
  const found = (key: string, value: string | undefined, userData: string): Problem[] => {
    const bytes = encodedBytes(userData);
    if (bytes <= USER_DATA_MAX_BYTES) return [];
    const problem = `makes user-data of up to ${bytes} bytes in base64, but Nova accepts ${USER_DATA_MAX_BYTES}`;
    return [
      {
        key,
        value,
        problem,
        remedy: "Shorten its extraFiles: put large files into the image, or have the node download them.",
      },
    ];
  };
  return [
    ...spec.plan.controlPlane
      .slice(0, 1)
      .flatMap((node) =>
        found("controlPlane.extraFiles", undefined, controlPlaneNodeUserData(spec, node, CONTROL_PLANE)),
      ),
    ...spec.workerPools.flatMap((pool, i) =>
      spec.plan.workers
        .filter((node) => node.pool === pool.name)
        .slice(0, 1)
        .flatMap((node) =>
          found(`workerPools[${i}].extraFiles`, `of pool ${pool.name}`, workerNodeUserData(spec, node, WORKER)),
        ),
    ),
  ];
}
