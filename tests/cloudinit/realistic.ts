import { controlPlaneNodeUserData, workerNodeUserData } from "../../components/cloudinit/nodeUserData";
import { incompressible, pem } from "../../components/cloudinit/placeholders";
import { ControlPlaneCredentials, WorkerCredentials } from "../../components/pki/credentials";
import { Raw, specOf } from "../fixtures";

const cert = (name: string, length: number) => pem("CERTIFICATE", `${name}.crt`, length);
const pair = (name: string, length: number) => ({
  cert: cert(name, length),
  key: pem("EC PRIVATE KEY", `${name}.key`, 227),
});

const WORKER: WorkerCredentials = {
  ca: cert("ca", 542),
  first: { ca: cert("ca", 542) },
  own: { kubelet: pair("kubelet", 680), "kube-proxy": pair("kube-proxy", 583) },
};

const CONTROL_PLANE: ControlPlaneCredentials = {
  ca: cert("ca", 542),
  etcdCa: cert("etcd-ca", 554),
  frontProxyCa: cert("front-proxy-ca", 574),
  first: { ca: cert("ca", 542), etcdCa: cert("etcd-ca", 554), frontProxyCa: cert("front-proxy-ca", 574) },
  own: {
    etcd: pair("etcd", 684),
    apiserver: pair("apiserver", 802),
    "apiserver-etcd-client": pair("apiserver-etcd-client", 603),
    "apiserver-kubelet-client": pair("apiserver-kubelet-client", 599),
    "front-proxy-client": pair("front-proxy-client", 599),
    "controller-manager": pair("controller-manager", 599),
    scheduler: pair("scheduler", 587),
  },
  serviceAccount: {
    publicKeys: pem("PUBLIC KEY", "service-account.pub", 451),
    privateKey: pem("RSA PRIVATE KEY", "service-account.key", 1_679),
  },
  encryptionKeys: [{ generation: 1, secret: incompressible("encryption", 44) }],
};

/** User-data of a stack's first nodes, with keys and certificates as long as real ones. */
export function realistic(raw: Raw = {}): Record<"control plane" | "worker", string> {
  const spec = specOf(raw);
  return {
    "control plane": controlPlaneNodeUserData(spec, spec.plan.controlPlane[0]!, CONTROL_PLANE),
    worker: workerNodeUserData(spec, spec.plan.workers[0]!, WORKER),
  };
}
