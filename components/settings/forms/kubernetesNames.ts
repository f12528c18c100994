import { allOf, Form, rule } from "./form";
import { isDnsName } from "./hosts";

/** apimachinery/pkg/util/validation/validation.go: `IsQualifiedName`, `IsValidLabelValue`. */
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export const labelValue: Form = rule(
  (value) => value === "" || NAME.test(value),
  "is not a label value",
  "Use letters, digits and inner - _ . only, 63 characters at most; it may be empty.",
);

const qualifiedName: Form = rule(
  (value) => {
    const [last = "", prefix, ...more] = value.split("/").reverse();
    return more.length === 0 && NAME.test(last) && (prefix === undefined || isDnsName(prefix));
  },
  "is not a Kubernetes key",
  "Write name or prefix/name: a name of letters, digits and inner - _ . with 63 characters at most, a prefix that is a DNS name.",
);

const prefixOf = (key: string) => (key.includes("/") ? key.slice(0, key.indexOf("/")) : "");
const within = (prefix: string, ...domains: string[]) =>
  domains.some((domain) => prefix === domain || prefix.endsWith(`.${domain}`));

/** The program's own are hostroute.dev/…, and whatever else has its name. */
const notOurs: Form = rule(
  (key) => !/(^|[./])hostroute\b/.test(key),
  "is a name of the program's own",
  "Choose another one, without hostroute in it.",
);

/** kubelet sets them on every start, so whatever else they say does not last (pkg/kubelet/kubelet_node_status.go, `updateDefaultLabels`). */
const KUBELETS_OWN = ["hostname", "os", "arch"].flatMap((name) => [
  `kubernetes.io/${name}`,
  `beta.kubernetes.io/${name}`,
]);

/**
 * Namespaces below kubernetes.io that are there for others' labels on nodes. The list is that of kubelet's own `--node-labels`
 * (staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go), with the two that only an administrator may set, as the program does.
 */
const FOR_NODES = ["node.kubernetes.io", "kubelet.kubernetes.io", "node-restriction.kubernetes.io"];
const KNOWN = ["topology.kubernetes.io", "failure-domain.beta.kubernetes.io", "node-role.kubernetes.io"];

export const nodeLabelKey: Form = allOf(
  qualifiedName,
  notOurs,
  rule(
    (key) => !KUBELETS_OWN.includes(key),
    "is a label that kubelet itself sets",
    "Leave it out, or choose a key of your own.",
  ),
  rule(
    (key) => {
      const prefix = prefixOf(key);
      if (!within(prefix, "kubernetes.io", "k8s.io")) return true;
      return within(prefix, ...FOR_NODES) || KNOWN.includes(prefix) || key === "beta.kubernetes.io/instance-type";
    },
    "lies under kubernetes.io/ or k8s.io/, which is Kubernetes' own",
    "Choose a prefix of yours, or one that is for nodes: node-role.kubernetes.io/, node-restriction.kubernetes.io/, node.kubernetes.io/.",
  ),
);

export const taintKey: Form = allOf(
  qualifiedName,
  notOurs,
  rule(
    (key) => !within(prefixOf(key), "node.kubernetes.io", "node.cloudprovider.kubernetes.io"),
    "is a taint that Kubernetes itself puts on nodes and takes away (node.kubernetes.io/, node.cloudprovider.kubernetes.io/)",
    "Choose a key of your own, for example dedicated.",
  ),
);
