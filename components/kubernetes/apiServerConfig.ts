import * as yaml from "yaml";
import { KubernetesVersion, POD_SECURITY_FROM } from "./version";

/** The levels of the Pod Security Standards, from none to the strictest (kubernetes.io/docs/concepts/security/pod-security-standards). */
export const POD_SECURITY_LEVELS = ["privileged", "baseline", "restricted"] as const;
export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number];

/** The first minor release that reads v1 of the plugin's configuration; the two before read v1beta1. */
const POD_SECURITY_V1_FROM = 25;

/**
 * Which pods the API server admits in namespaces that say nothing of it: what the level forbids is refused, what the next one would
 * forbid is warned of and noted in the audit log. kube-system is exempt, for agents of the node. A namespace's own labels
 * `pod-security.kubernetes.io/…` go before these defaults. Undefined for releases without the plugin.
 * Source: kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-admission-controller.
 */
export function admissionConfig({ minor }: KubernetesVersion, level: PodSecurityLevel): string | undefined {
  if (minor < POD_SECURITY_FROM) return undefined;
  const next = level === "privileged" ? "baseline" : "restricted";
  const version = minor < POD_SECURITY_V1_FROM ? "v1beta1" : "v1";
  return yaml.stringify({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AdmissionConfiguration",
    plugins: [
      {
        name: "PodSecurity",
        configuration: {
          apiVersion: `pod-security.admission.config.k8s.io/${version}`,
          kind: "PodSecurityConfiguration",
          // Without versions: those of the release itself ("latest").
          defaults: { enforce: level, audit: next, warn: next },
          exemptions: { namespaces: ["kube-system"] },
        },
      },
    ],
  });
}

/** One generation of the key that encrypts Secrets. */
export interface EncryptionKey {
  generation: number;
  /** 32 bytes in base64. */
  secret: string;
}

/**
 * Secrets are encrypted in etcd (secretbox), by the first key; what others have encrypted is read as well. What is in etcd says by name which
 * key that is, so a generation keeps its name (staging/src/k8s.io/apiserver/pkg/storage/value/transformer.go, `prefixTransformers`).
 */
export const encryptionConfig = (keys: readonly EncryptionKey[]): string =>
  yaml.stringify({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: ["secrets"],
        providers: [
          { secretbox: { keys: keys.map(({ generation, secret }) => ({ name: `key${generation}`, secret })) } },
          { identity: {} },
        ],
      },
    ],
  });

/**
 * Who did what to what, without contents of Secrets, ConfigMaps and tokens, and without what nodes and probes repeat all day. A node's
 * reads of Secrets are noted, since a stolen kubelet key would begin with those. (Its requests for pods' tokens are writes, which
 * the last rule notes.) The first rule that matches counts.
 */
export const auditPolicy = (): string =>
  yaml.stringify({
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [
      { level: "None", nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", "/version"] },
      { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
      { level: "Metadata", userGroups: ["system:nodes"], resources: [{ group: "", resources: ["secrets"] }] },
      { level: "None", userGroups: ["system:nodes"], verbs: ["get", "list", "watch"] },
      { level: "Metadata" },
    ],
  });

/** The first minor release that reads v1 of it; v1beta1 is there since 1.30 (KEP-3331). */
const AUTHENTICATION_V1_FROM = 34;

/** Anonymous requests get the health probes and nothing else (KEP-4633). */
export const authenticationConfig = ({ minor }: KubernetesVersion): string =>
  yaml.stringify({
    apiVersion: `apiserver.config.k8s.io/${minor < AUTHENTICATION_V1_FROM ? "v1beta1" : "v1"}`,
    kind: "AuthenticationConfiguration",
    anonymous: { enabled: true, conditions: ["/healthz", "/livez", "/readyz"].map((path) => ({ path })) },
  });
