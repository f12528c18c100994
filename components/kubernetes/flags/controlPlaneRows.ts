import { ANONYMOUS_PROBES_FROM, POD_SECURITY_FROM } from "../version";
import {
  ADMISSION_CONFIG,
  AUDIT_LOG,
  AUDIT_POLICY,
  AUTHENTICATION_CONFIG,
  ENCRYPTION_CONFIG,
  kubeconfigPath,
  pki,
} from "./paths";
import { ComponentName, DOCUMENT, FlagRow } from "./types";

type Extra = Omit<FlagRow, "component" | "flag" | "value" | "source">;

const rows =
  (component: ComponentName) =>
  (flag: string, value: string | FlagRow["value"], source: string, extra: Extra = {}): FlagRow => ({
    component,
    flag,
    value: typeof value === "string" ? () => value : value,
    source,
    ...extra,
  });

const apiserver = rows("kube-apiserver");
const controllerManager = rows("kube-controller-manager");
const scheduler = rows("kube-scheduler");

/** Plain HTTP on 8080 ended with 1.20, where `--insecure-port` may only be 0; `--insecure-bind-address` itself went in 1.24. */
const INSECURE_PORT_UNTIL = 20;
/** The first release in which all hardening flags below exist under these names. */
const HARDENED_FROM = 20;
/** The release whose API server first closes watches when it ends. */
const WATCHES_CLOSED_FROM = 27;
/** The release that brought the admission plugin DenyServiceExternalIPs. */
const EXTERNAL_IPS_DENIED_FROM = 21;

const apiserverRows: readonly FlagRow[] = [
  apiserver("advertise-address", (v) => v.hostIp, DOCUMENT),
  apiserver("bind-address", "0.0.0.0", DOCUMENT),
  apiserver("insecure-bind-address", "0.0.0.0", DOCUMENT, {
    until: 24,
    insecure: true,
    afterwards: "TLS on 6443 only, client certificates, RBAC; never plain HTTP",
  }),
  apiserver("service-cluster-ip-range", (v) => v.serviceCidr, DOCUMENT),
  apiserver("service-node-port-range", (v) => v.serviceNodePortRange, DOCUMENT),
  // Of all members it would ask another one when its own is down, and /readyz would say nothing about this node.
  apiserver("etcd-servers", (v) => `https://${v.hostIp}:2379`, "its store: this node's member"),
  apiserver("etcd-cafile", pki("etcd-ca.crt"), "mutual TLS to the store"),
  apiserver("etcd-certfile", pki("apiserver-etcd-client.crt"), "mutual TLS to the store"),
  apiserver("etcd-keyfile", pki("apiserver-etcd-client.key"), "mutual TLS to the store"),
  apiserver("tls-cert-file", pki("apiserver.crt"), "TLS on 6443"),
  apiserver("tls-private-key-file", pki("apiserver.key"), "TLS on 6443"),
  apiserver("client-ca-file", pki("ca.crt"), "client certificates"),
  apiserver("service-account-key-file", pki("service-account.pub"), "checks service accounts' tokens", {
    from: HARDENED_FROM,
  }),
  apiserver("service-account-key-file", pki("service-account.key"), "checks service accounts' tokens", {
    until: HARDENED_FROM,
  }),
  apiserver("service-account-signing-key-file", pki("service-account.key"), "required from 1.20 on", {
    from: HARDENED_FROM,
  }),
  apiserver(
    "service-account-issuer",
    (v) => `https://kubernetes.default.svc.${v.clusterDomain}`,
    "required from 1.20 on",
    { from: HARDENED_FROM },
  ),
  // By default each of a pod's tokens is signed for a year, for clients that never read theirs again (KEP-1205).
  apiserver("service-account-extend-token-expiration", "false", "pods' tokens live an hour", { from: HARDENED_FROM }),
  apiserver("authorization-mode", "Node,RBAC", "a kubelet reads only what its pods need", { from: HARDENED_FROM }),
  apiserver("enable-admission-plugins", "NodeRestriction", "a kubelet changes only its own node", {
    from: HARDENED_FROM,
    until: EXTERNAL_IPS_DENIED_FROM,
  }),
  apiserver(
    "enable-admission-plugins",
    "NodeRestriction,DenyServiceExternalIPs",
    "as before; no externalIPs (CVE-2020-8554)",
    { from: EXTERNAL_IPS_DENIED_FROM },
  ),
  apiserver("admission-control-config-file", ADMISSION_CONFIG, "Pod Security outside of kube-system", {
    from: POD_SECURITY_FROM,
  }),
  apiserver("anonymous-auth", "false", "no anonymous requests", {
    from: HARDENED_FROM,
    until: ANONYMOUS_PROBES_FROM,
  }),
  apiserver("authentication-config", AUTHENTICATION_CONFIG, "anonymous only for health probes (KEP-4633)", {
    from: ANONYMOUS_PROBES_FROM,
  }),
  apiserver("kubelet-certificate-authority", pki("ca.crt"), "checks kubelets' certificates", { from: HARDENED_FROM }),
  apiserver("kubelet-client-certificate", pki("apiserver-kubelet-client.crt"), "logs, exec", { from: HARDENED_FROM }),
  apiserver("kubelet-client-key", pki("apiserver-kubelet-client.key"), "logs, exec", { from: HARDENED_FROM }),
  // By default it waits for them until a minute is over: k0sproject/k0s#7188.
  apiserver("shutdown-watch-termination-grace-period", "10s", "closes watches when it is told to end", {
    from: WATCHES_CLOSED_FROM,
  }),
  apiserver("kubelet-preferred-address-types", "InternalIP", "host names need not resolve", { from: HARDENED_FROM }),
  apiserver("requestheader-client-ca-file", pki("front-proxy-ca.crt"), "aggregation layer", { from: HARDENED_FROM }),
  apiserver("requestheader-allowed-names", "front-proxy-client", "aggregation layer", { from: HARDENED_FROM }),
  apiserver("requestheader-username-headers", "X-Remote-User", "aggregation layer", { from: HARDENED_FROM }),
  apiserver("requestheader-group-headers", "X-Remote-Group", "aggregation layer", { from: HARDENED_FROM }),
  apiserver("requestheader-extra-headers-prefix", "X-Remote-Extra-", "aggregation layer", { from: HARDENED_FROM }),
  apiserver("proxy-client-cert-file", pki("front-proxy-client.crt"), "aggregation layer", { from: HARDENED_FROM }),
  apiserver("proxy-client-key-file", pki("front-proxy-client.key"), "aggregation layer", { from: HARDENED_FROM }),
  // kube-proxy does not run on the control plane, so aggregated calls go to the endpoints themselves.
  apiserver("enable-aggregator-routing", "true", "no kube-proxy on the control plane", { from: HARDENED_FROM }),
  apiserver("encryption-provider-config", ENCRYPTION_CONFIG, "secrets are encrypted at rest", { from: HARDENED_FROM }),
  apiserver("audit-policy-file", AUDIT_POLICY, "audit log", { from: HARDENED_FROM }),
  apiserver("audit-log-path", AUDIT_LOG, "audit log", { from: HARDENED_FROM }),
  apiserver("audit-log-maxage", "30", "audit log: days", { from: HARDENED_FROM }),
  apiserver("audit-log-maxbackup", "5", "audit log: files", { from: HARDENED_FROM }),
  apiserver("audit-log-maxsize", "50", "audit log: MB a file", { from: HARDENED_FROM }),
  apiserver("profiling", "false", "nothing to read at /debug/pprof", { from: HARDENED_FROM }),
  apiserver("allow-privileged", "true", "node agents (CSI, monitoring)"),
];

const controllerManagerRows: readonly FlagRow[] = [
  controllerManager("allocate-node-cidrs", "true", DOCUMENT),
  controllerManager("cluster-cidr", (v) => v.clusterCidr, DOCUMENT),
  controllerManager("master", (v) => `http://${v.hostIp}:8080`, DOCUMENT, {
    until: INSECURE_PORT_UNTIL,
    insecure: true,
    afterwards: "kubeconfig with a client certificate, https://${hostip}:6443",
  }),
  controllerManager("service-cluster-ip-range", (v) => v.serviceCidr, DOCUMENT),
  controllerManager("kubeconfig", kubeconfigPath("controller-manager"), "in place of --master", {
    insteadOfInsecure: true,
  }),
  controllerManager("authentication-kubeconfig", kubeconfigPath("controller-manager"), "its own HTTPS port", {
    from: HARDENED_FROM,
  }),
  controllerManager("authorization-kubeconfig", kubeconfigPath("controller-manager"), "its own HTTPS port", {
    from: HARDENED_FROM,
  }),
  controllerManager("bind-address", "127.0.0.1", "health and metrics on the node only", { from: HARDENED_FROM }),
  controllerManager("node-cidr-mask-size", (v) => String(v.nodeMask), "the plan's mask; the default is 24"),
  controllerManager("service-account-private-key-file", pki("service-account.key"), "signs service accounts' tokens"),
  controllerManager("root-ca-file", pki("ca.crt"), "pods know the API by it"),
  controllerManager("use-service-account-credentials", "true", "one account a controller", { from: HARDENED_FROM }),
  controllerManager("profiling", "false", "nothing to read at /debug/pprof", { from: HARDENED_FROM }),
];

const schedulerRows: readonly FlagRow[] = [
  scheduler("master", (v) => `http://${v.hostIp}:8080`, "as the controller manager's", {
    until: INSECURE_PORT_UNTIL,
    insecure: true,
    afterwards: "kubeconfig with a client certificate, https://${hostip}:6443",
  }),
  scheduler("kubeconfig", kubeconfigPath("scheduler"), "in place of --master", { insteadOfInsecure: true }),
  scheduler("authentication-kubeconfig", kubeconfigPath("scheduler"), "its own HTTPS port", { from: HARDENED_FROM }),
  scheduler("authorization-kubeconfig", kubeconfigPath("scheduler"), "its own HTTPS port", { from: HARDENED_FROM }),
  scheduler("bind-address", "127.0.0.1", "health and metrics on the node only", { from: HARDENED_FROM }),
  scheduler("profiling", "false", "nothing to read at /debug/pprof", { from: HARDENED_FROM }),
];

export const controlPlaneRows: readonly FlagRow[] = [...apiserverRows, ...controllerManagerRows, ...schedulerRows];
