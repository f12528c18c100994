import { createHash } from "node:crypto";

/**
 * CoreDNS as kubeadm 1.34 deploys it (kubernetes v1.34.1 cmd/kubeadm/app/phases/addons/dns/manifests.go), with what
 * coredns/deployment kubernetes/coredns.yaml.sed adds to it. Names and labels are those that everybody expects: kube-dns.
 */
export interface DnsSettings {
  /** The DNS service's address: what kubelets tell pods (`--cluster-dns`). */
  clusterDns: string;
  /** The domain that services are named in. */
  clusterDomain: string;
  image: string;
  replicas: number;
  /** How many workers take these pods. */
  hosts: number;
}

const NAME = "coredns";
const NAMESPACE = "kube-system";
const SELECTOR = { "k8s-app": "kube-dns" };
/** What answers, as kubectl names it, once it is made. */
export const DNS_OBJECTS = `deployment/${NAME} service/kube-dns`;
/** distroless' `nonroot`, as a number: the image names its user, and kubelet cannot tell whether a name is root. */
const NON_ROOT = 65532;

/**
 * The configuration of CoreDNS.
 * - `lameduck`: a terminating pod goes on answering for 5 s, until kube-proxy has dropped it everywhere.
 * - `forward` asks the node's own name servers. If that were the node's stub (127.0.0.53), queries would loop for ever: `loop`
 *   notices and exits, with a link to the remedy in its log. `max_concurrent` bounds memory when the upstream hangs.
 * - `cache` leaves the cluster's own names out: they are answered from memory anyway, and a cached "no such name" would
 *   outlive the service's creation (kubeadm from 1.32 on does the same).
 */
export function corefile(clusterDomain: string): string {
  return `.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
        max_concurrent 1000
    }
    cache 30 {
        disable success ${clusterDomain}
        disable denial ${clusterDomain}
    }
    loop
    reload
    loadbalance
}
`;
}

const metadata = (name: string, labels: Record<string, string> = {}, annotations: Record<string, string> = {}) => ({
  name,
  namespace: NAMESPACE,
  labels,
  annotations,
});

export const serviceAccount = () => ({ metadata: metadata(NAME) });

/** kubeadm's rights without `endpoints`, which CoreDNS 1.12 does not read. `nodes` served federation alone, which is gone. */
export const clusterRole = () => ({
  metadata: { name: `system:${NAME}` },
  rules: [
    { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  ],
});

export const clusterRoleBinding = () => ({
  metadata: { name: `system:${NAME}` },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: `system:${NAME}` },
  subjects: [{ kind: "ServiceAccount", name: NAME, namespace: NAMESPACE }],
});

export const configMap = ({ clusterDomain }: DnsSettings) => ({
  metadata: metadata(NAME),
  data: { Corefile: corefile(clusterDomain) },
});

const ELSEWHERE = { labelSelector: { matchLabels: SELECTOR }, topologyKey: "kubernetes.io/hostname" };

/**
 * On nodes of their own wherever there are enough. kubeadm's mere preference puts all of them on the node that is the first to be ready, and
 * when that one is lost, the cluster has no DNS for the five minutes until they are evicted. With fewer nodes than pods a requirement would
 * never be met. With as many, a rolling update takes an old pod away to make room for a new one (`maxUnavailable`).
 */
const apart = (required: boolean) =>
  required
    ? { requiredDuringSchedulingIgnoredDuringExecution: [ELSEWHERE] }
    : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: ELSEWHERE }] };

export const deployment = ({ clusterDomain, image, replicas, hosts }: DnsSettings) => ({
  metadata: metadata(NAME, { ...SELECTOR, "kubernetes.io/name": "CoreDNS" }),
  spec: {
    replicas,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: SELECTOR },
    template: {
      metadata: {
        labels: SELECTOR,
        // `reload` takes up to two minutes, and only logs an error in a Corefile. New pods would fail, and the old ones stay.
        annotations: { "hostroute.dev/corefile": createHash("sha256").update(corefile(clusterDomain)).digest("hex") },
      },
      spec: {
        priorityClassName: "system-cluster-critical",
        serviceAccountName: NAME,
        nodeSelector: { "kubernetes.io/os": "linux" },
        tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
        affinity: { podAntiAffinity: apart(hosts >= replicas) },
        // The node's resolv.conf: with the default, ClusterFirst, CoreDNS would forward to itself.
        dnsPolicy: "Default",
        securityContext: {
          runAsNonRoot: true,
          runAsUser: NON_ROOT,
          runAsGroup: NON_ROOT,
          seccompProfile: { type: "RuntimeDefault" },
          // Lets a user other than root open port 53: the file's own capability has no effect without privilege escalation.
          sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "53" }],
        },
        containers: [container(image)],
        volumes: [{ name: "config", configMap: { name: NAME, items: [{ key: "Corefile", path: "Corefile" }] } }],
      },
    },
  },
});

const container = (image: string) => ({
  name: NAME,
  image,
  imagePullPolicy: "IfNotPresent",
  args: ["-conf", "/etc/coredns/Corefile"],
  // No CPU limit: throttled DNS slows everything.
  resources: { requests: { cpu: "100m", memory: "70Mi" }, limits: { memory: "170Mi" } },
  volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
  ports: [
    { name: "dns", containerPort: 53, protocol: "UDP" },
    { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
    { name: "metrics", containerPort: 9153, protocol: "TCP" },
  ],
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    // Upstream's binary carries this capability (`setcap …=+ep`), and the kernel refuses to start it where it cannot be granted.
    capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
  },
  livenessProbe: {
    httpGet: { path: "/health", port: 8080, scheme: "HTTP" },
    initialDelaySeconds: 60,
    timeoutSeconds: 5,
    failureThreshold: 5,
  },
  // Not ready before it has the first list of Services from the API.
  readinessProbe: { httpGet: { path: "/ready", port: 8181, scheme: "HTTP" } },
});

export const service = ({ clusterDns }: DnsSettings) => ({
  metadata: metadata(
    "kube-dns",
    { ...SELECTOR, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
    // skipAwait: the provider would wait for endpoints, but waiting for the Deployment gives better errors.
    { "prometheus.io/port": "9153", "prometheus.io/scrape": "true", "pulumi.com/skipAwait": "true" },
  ),
  spec: {
    selector: SELECTOR,
    clusterIP: clusterDns,
    ports: [
      { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
      { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
      { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
    ],
  },
});

/** Draining takes one pod at a time, even when both are on the same node. */
export const disruptionBudget = () => ({
  metadata: metadata(NAME),
  spec: { maxUnavailable: 1, selector: { matchLabels: SELECTOR } },
});
