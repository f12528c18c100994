/**
 * Notes on a node that the program has cordoned it, and what for: only then it lets pods in again. A node that an operator has cordoned
 * stays so. (Unlike a taint or label, it means nothing to anybody else.)
 */
const MARK = "hostroute.dev/cordoned-for";
/** In jsonpath, a dot belongs to a name only like this. */
export const annotation = (name: string) => `{.metadata.annotations.${name.replace(".", "\\.")}}`;

/** Kubelet renews its node's lease every 10 seconds (kubernetes pkg/kubelet/kubelet.go, `leaseDurationSeconds / 4`). */
const SILENCE_SECONDS = 30;
/** Of one `kubectl drain`, after which is looked whether there still is a node for the pods. */
const SLICE_SECONDS = 30;
/** How long the API may be away, in attempts that are 5 seconds apart. */
const ATTEMPTS = 12;

/** What the commands of a rollout have in common. */
export const COMMON = `
remove_kubeconfig='rm -f "$KUBECONFIG"'

# Repeats a question while the API does not answer.
ask() {
  attempt=1
  until "$@"; do
    [ "$attempt" -lt ${ATTEMPTS} ] || return 1
    attempt=$((attempt + 1))
    sleep 5
  done
}

# Whether another node than $1 takes pods. As long as that is not known, it counts as there.
elsewhere() {
  open=$(kubectl get nodes --field-selector=spec.unschedulable!=true -o name) || return 0
  for each in $open; do [ "$each" = "node/$1" ] || return 0; done
  return 1
}

# Whether kubelet gives a sign of life. Without one, nobody would end the node's pods.
alive() {
  lease() { kubectl get lease "$1" -n kube-node-lease --ignore-not-found -o jsonpath='{.spec.renewTime}' || :; }
  first=$(lease "$1")
  end=$(($(now) + ${SILENCE_SECONDS}))
  while [ "$(lease "$1")" = "$first" ]; do
    [ "$(now)" -lt "$end" ] || return 1
    sleep 2
  done
}

# Keeps pods off node $1, and notes that this was for $2.
cordon() {
  cordoned=$(ask kubectl get node "$1" -o jsonpath='{.spec.unschedulable}')
  [ "$cordoned" != true ] || return 0
  ask kubectl annotate --overwrite node "$1" "${MARK}=$2" >&2
  ask kubectl cordon "$1" >&2
}

# Lets pods in again, if they were kept off for $2.
uncordon() {
  why=$(ask kubectl get node "$1" --ignore-not-found -o jsonpath='${annotation(MARK)}') || return 1
  [ "$why" = "$2" ] || return 0
  ask kubectl uncordon "$1" >&2 && ask kubectl annotate node "$1" "${MARK}-" >&2
}

# Evicts the pods of node $1, budgets respected, as long as there is a node for them.
evict() {
  end=$(($(now) + DRAIN_TIMEOUT))
  while elsewhere "$1"; do
    left=$((end - $(now)))
    [ "$left" -gt 0 ] || return 1
    [ "$left" -lt ${SLICE_SECONDS} ] || left=${SLICE_SECONDS}
    ! kubectl drain "$1" --ignore-daemonsets --delete-emptydir-data --force --timeout="\${left}s" >&2 || return 0
    sleep 2
  done
  say "no other node takes pods: those of $1 end with its server"
}

# Says why node $1 could not be drained.
stuck() {
  say "$1 was not drained within $DRAIN_TIMEOUT seconds (hostroute:rollout.drainTimeout). Its server was left as it is, and the update stops."
  say "Pods that are still on it:"
  kubectl get pods --all-namespaces --field-selector="spec.nodeName=$1" \\
    -o custom-columns=NAMESPACE:.metadata.namespace,POD:.metadata.name,OWNER:.metadata.ownerReferences[0].kind |
    grep -v ' DaemonSet$' >&2 || :
  say "PodDisruptionBudgets that allow no disruption now:"
  kubectl get poddisruptionbudgets --all-namespaces \\
    -o jsonpath='{range .items[?(@.status.disruptionsAllowed==0)]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}' >&2 || :
  say "Once they can go, run pulumi up again: it goes on from here."
}

`;
