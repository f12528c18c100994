/** Where things are on a node. One place, so that flags, user-data and checks agree. */
export const PKI = "/etc/kubernetes/pki";
export const BIN = "/usr/local/bin";

export const pki = (name: string) => `${PKI}/${name}`;
export const kubeconfigPath = (user: string) => `/etc/kubernetes/${user}.kubeconfig`;

export const ETCD_DATA = "/var/lib/etcd";
export const ADMISSION_CONFIG = "/etc/kubernetes/admission.yaml";
export const AUDIT_LOG = "/var/log/kubernetes/audit.log";
export const AUDIT_POLICY = "/etc/kubernetes/audit-policy.yaml";
export const AUTHENTICATION_CONFIG = "/etc/kubernetes/authentication.yaml";
export const ENCRYPTION_CONFIG = "/etc/kubernetes/encryption.yaml";
export const KUBELET_CONFIG = "/var/lib/kubelet/config.yaml";
export const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";
