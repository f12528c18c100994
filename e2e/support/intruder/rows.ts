/** What an intruder who is root on a worker tries, and what comes of it: what docs/security.md shows and the check `intruder` tries out. */

export type Outcome = "allowed" | "refused";
/** Whose certificate is shown to the API: both are files on every worker. */
export type Identity = "kubelet" | "kube-proxy" | "nobody";

/** What there is to be tried on. Of what is "own" the worker's pods need it, of what is "other" another worker's. */
export interface Places {
  own: string;
  ownUid: string;
  other: string;
  namespace: string;
  /** Uid of the own pod. */
  podUid: string;
  image: string;
  /** Certificate requests in base64: for the worker's own name, and for an administrator's. */
  requests: { own: string; administrator: string };
}

export interface Request {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** What writes is a dry run: it goes through authorization and admission, and changes nothing. */
  path: string;
  body?: object;
  headers?: Record<string, string>;
}

export interface Row {
  as: Identity;
  what: string;
  outcome: Outcome;
  /** Whose word that is: for the page. */
  why: string;
  ask: (places: Places) => Request;
}

/** Names of all objects that are made for it, by whose pod needs them. */
export const NAME = { own: "own", other: "other" } as const;
type Whose = keyof typeof NAME;

const get = (path: string): Request => ({ method: "GET", path });
const dry = (path: string) => `${path}${path.includes("?") ? "&" : "?"}dryRun=All`;
const post = (path: string, body: object): Request => ({ method: "POST", path: dry(path), body });
const patch = (path: string, body: object): Request => ({ method: "PATCH", path: dry(path), body });
const remove = (path: string): Request => ({ method: "DELETE", path: dry(path) });

const node = (name: string) => `/api/v1/nodes/${name}`;
const lease = (name: string) => `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`;
const certificates = (name: string) => `/api/v1/namespaces/kube-public/configmaps/hostroute-certificates-${name}`;
const inNamespace = ({ namespace }: Places, kind: string, rest = "") =>
  `/api/v1/namespaces/${namespace}/${kind}${rest}`;
const object = (places: Places, kind: string, whose: Whose) => inNamespace(places, kind, `/${NAME[whose]}`);

const token = (places: Places, whose: Whose, bound: boolean) => {
  const boundObjectRef = { apiVersion: "v1", kind: "Pod", name: NAME.own, uid: places.podUid };
  return post(`${object(places, "serviceaccounts", whose)}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { audiences: [], ...(bound ? { boundObjectRef } : {}) },
  });
};
const eviction = (places: Places, whose: Whose) =>
  post(`${object(places, "pods", whose)}/eviction`, {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name: NAME[whose], namespace: places.namespace },
  });
const pod = (places: Places, nodeName: string, more: object = {}) =>
  post(inNamespace(places, "pods"), {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "new", ...more },
    spec: { nodeName, containers: [{ name: "new", image: places.image }] },
  });
/** As kubelet tells the API of a pod that it has from a file. */
const mirrorPod = (places: Places, nodeName: string) => {
  const owner = { apiVersion: "v1", kind: "Node", name: places.own, uid: places.ownUid, controller: true };
  return pod(places, nodeName, { annotations: { "kubernetes.io/config.mirror": "new" }, ownerReferences: [owner] });
};
const signing = (request: string, signerName: string) =>
  post("/apis/certificates.k8s.io/v1/certificatesigningrequests", {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "intruder" },
    spec: { request, signerName: `kubernetes.io/${signerName}`, usages: ["digital signature", "client auth"] },
  });

const AUTHORIZER = "Node authorizer";
const SELECTORS = "Node authorizer, AuthorizeNodeWithSelectors";
const RESTRICTION = "NodeRestriction";
const NO_ROLE = "no authorizer grants it";
const OWN_ROLE = "Role `hostroute:certificates`: certificates are public";
const PROXIER = "ClusterRole `system:node-proxier`";

const row =
  (as: Identity) =>
  (outcome: Outcome, what: string, why: string, ask: Row["ask"]): Row => ({ as, outcome, what, why, ask });
const kubelet = row("kubelet");
const proxy = row("kube-proxy");

const reads: readonly Row[] = [
  kubelet("allowed", "read its own Node", SELECTORS, ({ own }) => get(node(own))),
  kubelet("refused", "read another worker's Node", SELECTORS, ({ other }) => get(node(other))),
  kubelet("refused", "list all Nodes", SELECTORS, () => get("/api/v1/nodes")),
  kubelet("allowed", "list its own pods", SELECTORS, ({ own }) =>
    get(`/api/v1/pods?fieldSelector=spec.nodeName%3D${own}`),
  ),
  kubelet("refused", "list all pods", SELECTORS, () => get("/api/v1/pods")),
  kubelet("refused", "read another worker's pod", SELECTORS, (at) => get(object(at, "pods", "other"))),
  kubelet("refused", "read a pod's log through the API", NO_ROLE, (at) => get(`${object(at, "pods", "own")}/log`)),
  kubelet("allowed", "read a Secret of its own pod", AUTHORIZER, (at) => get(object(at, "secrets", "own"))),
  kubelet("refused", "read a Secret of another worker's pod", AUTHORIZER, (at) => get(object(at, "secrets", "other"))),
  kubelet("refused", "list Secrets of a namespace", AUTHORIZER, (at) => get(inNamespace(at, "secrets"))),
  kubelet("refused", "list all Secrets", AUTHORIZER, () => get("/api/v1/secrets")),
  kubelet("allowed", "read a ConfigMap of its own pod", AUTHORIZER, (at) => get(object(at, "configmaps", "own"))),
  kubelet("refused", "read a ConfigMap of another worker's pod", AUTHORIZER, (at) =>
    get(object(at, "configmaps", "other")),
  ),
  kubelet("allowed", "list all Services", AUTHORIZER, () => get("/api/v1/services")),
  kubelet("allowed", "read its own certificates' ConfigMap", OWN_ROLE, ({ own }) => get(certificates(own))),
  kubelet("allowed", "read another worker's certificates' ConfigMap", OWN_ROLE, ({ other }) =>
    get(certificates(other)),
  ),
  proxy("allowed", "list all Nodes", PROXIER, () => get("/api/v1/nodes")),
  proxy("allowed", "list all Services", PROXIER, () => get("/api/v1/services")),
  proxy("refused", "list all pods", NO_ROLE, () => get("/api/v1/pods")),
  proxy("refused", "read a Secret of its node's pod", NO_ROLE, (at) => get(object(at, "secrets", "own"))),
  {
    as: "nobody",
    outcome: "refused",
    what: "list all Nodes",
    why: "no anonymous requests",
    ask: () => get("/api/v1/nodes"),
  },
];

const tokens: readonly Row[] = [
  kubelet("allowed", "get a token of its own pod's service account", `${AUTHORIZER}, ${RESTRICTION}`, (at) =>
    token(at, "own", true),
  ),
  kubelet("refused", "get that token without a pod that it ends with", RESTRICTION, (at) => token(at, "own", false)),
  kubelet("refused", "get a token of another worker's pod", AUTHORIZER, (at) => token(at, "other", true)),
  kubelet("refused", "act as an administrator (impersonation)", NO_ROLE, () => ({
    ...get("/api/v1/secrets"),
    headers: { "Impersonate-User": "kubernetes-admin", "Impersonate-Group": "system:masters" },
  })),
  kubelet("allowed", "ask for a certificate with its own name", AUTHORIZER, ({ requests }) =>
    signing(requests.own, "kube-apiserver-client-kubelet"),
  ),
  kubelet("refused", "ask for a certificate in `system:masters`", "CertificateSubjectRestriction", ({ requests }) =>
    signing(requests.administrator, "kube-apiserver-client"),
  ),
  kubelet("refused", "approve a certificate request", NO_ROLE, () =>
    patch("/apis/certificates.k8s.io/v1/certificatesigningrequests/intruder/approval", { status: {} }),
  ),
  kubelet("allowed", "ask what somebody may do", AUTHORIZER, () => ({
    method: "POST", // changes nothing, and knows no dry run
    path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: { user: "somebody", resourceAttributes: { verb: "get", resource: "nodes" } },
    },
  })),
];

const writes: readonly Row[] = [
  kubelet("allowed", "change its own Node's status", AUTHORIZER, ({ own }) =>
    patch(`${node(own)}/status`, { status: { phase: "Running" } }),
  ),
  kubelet("refused", "change another Node's status", RESTRICTION, ({ other }) =>
    patch(`${node(other)}/status`, { status: { phase: "Running" } }),
  ),
  kubelet("allowed", "label its own Node `example.com/…`", RESTRICTION, ({ own }) =>
    patch(node(own), { metadata: { labels: { "example.com/intruder": "1" } } }),
  ),
  kubelet("refused", "label its own Node `node-restriction.kubernetes.io/…`", RESTRICTION, ({ own }) =>
    patch(node(own), { metadata: { labels: { "node-restriction.kubernetes.io/intruder": "1" } } }),
  ),
  kubelet("refused", "taint its own Node, or take a taint away", RESTRICTION, ({ own }) =>
    patch(node(own), { spec: { taints: [{ key: "intruder", effect: "NoSchedule" }] } }),
  ),
  kubelet("refused", "label another Node", RESTRICTION, ({ other }) =>
    patch(node(other), { metadata: { labels: { "example.com/intruder": "1" } } }),
  ),
  kubelet("refused", "delete its own Node", AUTHORIZER, ({ own }) => remove(node(own))),
  kubelet("refused", "register another Node", RESTRICTION, () =>
    post("/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: "intruder" } }),
  ),
  kubelet("allowed", "renew its own lease", AUTHORIZER, ({ own }) =>
    patch(lease(own), { spec: { leaseDurationSeconds: 41 } }),
  ),
  kubelet("refused", "renew another Node's lease", AUTHORIZER, ({ other }) =>
    patch(lease(other), { spec: { leaseDurationSeconds: 41 } }),
  ),
  kubelet("allowed", "change its own pod's status", AUTHORIZER, (at) =>
    patch(`${object(at, "pods", "own")}/status`, { status: { message: "intruder" } }),
  ),
  kubelet("refused", "change the status of another worker's pod", RESTRICTION, (at) =>
    patch(`${object(at, "pods", "other")}/status`, { status: { message: "intruder" } }),
  ),
  kubelet("allowed", "delete or evict its own pod", AUTHORIZER, (at) => remove(object(at, "pods", "own"))),
  kubelet("refused", "delete another worker's pod", RESTRICTION, (at) => remove(object(at, "pods", "other"))),
  kubelet("refused", "evict another worker's pod", RESTRICTION, (at) => eviction(at, "other")),
  kubelet("refused", "create a pod", RESTRICTION, (at) => pod(at, at.own)),
  kubelet("allowed", "create a mirror pod of its own, without Secrets or service account", RESTRICTION, (at) =>
    mirrorPod(at, at.own),
  ),
  kubelet("refused", "create a mirror pod on another worker", RESTRICTION, (at) => mirrorPod(at, at.other)),
  kubelet("refused", "create a Secret", AUTHORIZER, (at) =>
    post(inNamespace(at, "secrets"), { apiVersion: "v1", kind: "Secret", metadata: { name: "new" } }),
  ),
  kubelet("refused", "change a node's certificates' ConfigMap", AUTHORIZER, ({ own }) =>
    patch(certificates(own), { data: { "ca.crt": "intruder" } }),
  ),
  kubelet("refused", "bind a role to itself", NO_ROLE, ({ own }) =>
    post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "intruder" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: `system:node:${own}` }],
    }),
  ),
  proxy("refused", "label its own Node", NO_ROLE, ({ own }) =>
    patch(node(own), { metadata: { labels: { "example.com/intruder": "1" } } }),
  ),
];

export const rows: readonly Row[] = [...reads, ...tokens, ...writes];
