import { RoutePlan } from "../addressing/routePlan";
import { Problem } from "../settings/problem";
import { Settings } from "../settings/schema";
import { encodedBytes, USER_DATA_MAX_BYTES } from "./document";
import { controlPlaneNodeUserData, workerNodeUserData } from "./nodeUserData";

/** Stands for PEM that does not exist yet. The longest certificate of the dev stack has 855 bytes; each name in it some 20 more. */
const PEM = { cert: "c".repeat(1_100), key: "k".repeat(240) };

const WORKER = { ca: PEM.cert, kubelet: PEM, kubeProxy: PEM };
const CONTROL_PLANE = {
  ca: PEM,
  etcdCa: PEM.cert,
  frontProxyCa: PEM.cert,
  etcd: PEM,
  apiserver: PEM,
  apiserverEtcdClient: PEM,
  apiserverKubeletClient: PEM,
  frontProxyClient: PEM,
  controllerManager: PEM,
  scheduler: PEM,
  serviceAccount: { publicKey: "p".repeat(460), privateKey: "k".repeat(1_710) },
  encryptionKey: "e".repeat(44),
};

/**
 * User-data that Nova would refuse, found before any key is made: rendered with stand-ins at least as long as real keys.
 * One line a pool: its nodes' documents differ by a few digits.
 */
export function userDataProblems(settings: Settings, plan: RoutePlan): Problem[] {
  const found = (key: string, value: string | undefined, userData: string): Problem[] => {
    const bytes = encodedBytes(userData);
    if (bytes <= USER_DATA_MAX_BYTES) return [];
    const problem = `makes user-data of up to ${bytes} bytes in base64, and Nova takes ${USER_DATA_MAX_BYTES}`;
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
    ...plan.controlPlane
      .slice(0, 1)
      .flatMap((node) =>
        found("controlPlane.extraFiles", undefined, controlPlaneNodeUserData(settings, plan, node, CONTROL_PLANE)),
      ),
    ...settings.workerPools.flatMap((pool, i) =>
      plan.workers
        .filter((node) => node.pool === pool.name)
        .slice(0, 1)
        .flatMap((node) =>
          found(
            `workerPools[${i}].extraFiles`,
            `of pool ${pool.name}`,
            workerNodeUserData(settings, plan, node, WORKER),
          ),
        ),
    ),
  ];
}
