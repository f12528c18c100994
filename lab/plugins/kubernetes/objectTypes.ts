import { Properties, Property, replaces, Type, updates } from "../protocol/schema";

/** The file in which the provider says what replaces an object (`forceNew`). Everything else is sent as a server-side apply. */
const SOURCE = "pulumi-kubernetes provider/pkg/provider/diff.go";
const inPlace = (field: string) => updates(`${SOURCE}, forceNew: has no ${field}`);
const anew = (field: string) => replaces(`${SOURCE}, forceNew: ${field}`);
const set = (type: Type, field: string): Property => ({ type, ...inPlace(field) });

/** One type of object that the API knows. */
export interface ObjectType {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  inputs: Properties;
  /** Outputs that are secret whatever they were made from. */
  secretOutputs?: readonly string[];
}

const TEXT = { map: "string" } as const;

function objectType(
  apiVersion: string,
  kind: string,
  plural: string,
  namespaced: boolean,
  own: Properties,
): ObjectType {
  const metadata: Properties = {
    // The provider would make up a name; the lab's plugins do not.
    name: { type: "string", required: true, ...anew(".metadata.name") },
    ...(namespaced ? { namespace: { type: "string", ...anew(".metadata.namespace") } as const } : {}),
    labels: set(TEXT, ".metadata.labels"),
    annotations: set(TEXT, ".metadata.annotations"),
  };
  const inputs: Properties = {
    apiVersion: { type: "string", required: true, oneOf: [apiVersion], ...inPlace(".apiVersion") },
    kind: { type: "string", required: true, oneOf: [kind], ...inPlace(".kind") },
    metadata: { type: { object: metadata }, required: true, ...inPlace(".metadata") },
    ...own,
  };
  return { apiVersion, kind, plural, namespaced, inputs };
}

const RBAC = "rbac.authorization.k8s.io/v1";
const rules = set({ list: "any" }, ".rules");
const binding: Properties = {
  roleRef: { type: "any", required: true, ...anew(".roleRef") },
  subjects: set({ list: "any" }, ".subjects"),
};

const deploymentSpec: Properties = {
  replicas: set("integer", ".spec.replicas"),
  selector: { type: "any", required: true, ...anew(".spec.selector") },
  strategy: set("any", ".spec.strategy"),
  // What is in it the API server itself knows: it refuses unknown fields (fieldValidation=Strict).
  template: { type: "any", required: true, ...inPlace(".spec.template") },
  minReadySeconds: set("integer", ".spec.minReadySeconds"),
  progressDeadlineSeconds: set("integer", ".spec.progressDeadlineSeconds"),
  revisionHistoryLimit: set("integer", ".spec.revisionHistoryLimit of a Deployment"),
};

const serviceSpec: Properties = {
  selector: set(TEXT, ".spec.selector"),
  ports: set({ list: "any" }, ".spec.ports"),
  clusterIP: { type: "string", ...anew(".spec.clusterIP") },
  type: set("string", ".spec.type"),
  sessionAffinity: set("string", ".spec.sessionAffinity"),
  externalTrafficPolicy: set("string", ".spec.externalTrafficPolicy"),
  internalTrafficPolicy: set("string", ".spec.internalTrafficPolicy"),
};

const nodeSpec: Properties = {
  // The API itself refuses another one: the program has `replaceOnChanges` for both.
  podCIDR: set("string", ".spec.podCIDR"),
  podCIDRs: set({ list: "string" }, ".spec.podCIDRs"),
  taints: set({ list: "any" }, ".spec.taints"),
  unschedulable: set("boolean", ".spec.unschedulable"),
};

const budgetSpec: Properties = {
  minAvailable: set("any", ".spec of policy/v1"),
  maxUnavailable: set("any", ".spec of policy/v1"),
  selector: set("any", ".spec of policy/v1"),
  unhealthyPodEvictionPolicy: set("string", ".spec of policy/v1"),
};

const spec = (of: Properties, required = true): Properties => ({
  spec: { type: { object: of }, ...(required ? { required: true } : {}), ...inPlace(".spec") },
});

/** They are replaced when their content changes, unless the provider says `enable…Mutable` (`forceNewProperties`). */
const content = (kind: "ConfigMap" | "Secret", field: string): Property => ({
  type: TEXT,
  ...replaces(`${SOURCE}, forceNewProperties: .${field} of a ${kind}, unless enable${kind}Mutable`),
});

/** By type token. Any other type is refused. */
export const objectTypes: Readonly<Record<string, ObjectType>> = {
  "kubernetes:core/v1:Namespace": objectType("v1", "Namespace", "namespaces", false, {}),
  "kubernetes:core/v1:Node": objectType("v1", "Node", "nodes", false, spec(nodeSpec, false)),
  "kubernetes:core/v1:ConfigMap": objectType("v1", "ConfigMap", "configmaps", true, {
    data: content("ConfigMap", "data"),
    binaryData: content("ConfigMap", "binaryData"),
  }),
  "kubernetes:core/v1:Secret": {
    ...objectType("v1", "Secret", "secrets", true, { data: content("Secret", "data") }),
    secretOutputs: ["data", "stringData"],
  },
  "kubernetes:core/v1:Service": objectType("v1", "Service", "services", true, spec(serviceSpec)),
  "kubernetes:core/v1:ServiceAccount": objectType("v1", "ServiceAccount", "serviceaccounts", true, {
    automountServiceAccountToken: set("boolean", ".automountServiceAccountToken"),
  }),
  "kubernetes:apps/v1:Deployment": objectType("apps/v1", "Deployment", "deployments", true, spec(deploymentSpec)),
  "kubernetes:policy/v1:PodDisruptionBudget": objectType(
    "policy/v1",
    "PodDisruptionBudget",
    "poddisruptionbudgets",
    true,
    spec(budgetSpec),
  ),
  "kubernetes:rbac.authorization.k8s.io/v1:Role": objectType(RBAC, "Role", "roles", true, { rules }),
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": objectType(RBAC, "RoleBinding", "rolebindings", true, binding),
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": objectType(RBAC, "ClusterRole", "clusterroles", false, {
    rules,
  }),
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": objectType(
    RBAC,
    "ClusterRoleBinding",
    "clusterrolebindings",
    false,
    binding,
  ),
};

/** An object's place in the API; without a name, the place of all of them. */
export function pathOf({ apiVersion, plural, namespaced }: ObjectType, name?: string, namespace = "default"): string {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespaced ? `/namespaces/${namespace}` : "";
  return `${group}${scope}/${plural}${name === undefined ? "" : `/${name}`}`;
}
