import { DNS_OBJECTS } from "../dnsManifests";
import { kubectlFunctions } from "../kubectl";
import { POOL_LABEL } from "../nodeObjects";
import { annotation, COMMON } from "./common";

/** Notes on a node which machine it was until its server went. */
const LEFT = "hostroute.dev/left";
/** How long kubelet may take to say which machine it runs on: it does when it starts. */
const NAMED_SECONDS = 60;
/** From the server's creation on: boot, packages, downloads. As long as the API's own node may take. */
const IN_SERVICE_SECONDS = 900;

/** For one worker's server, whose node is $NODE: `drained` and `in_service`. */
const OF_ONE = `
# Which machine a node is: another server has other ids, both of its disk and of its hardware. (A server that was rebuilt by hand keeps the
# latter, and where nodes are containers that may be the host's.)
server_of() { ask kubectl get node "$1" -o jsonpath='{.status.nodeInfo.machineID} {.status.nodeInfo.systemUUID}'; }

# Before a server goes: its node is emptied. If that fails, the node takes pods as before.
drained() {
  node=$(ask kubectl get node "$NODE" --ignore-not-found -o name)
  [ -n "$node" ] || { say "there is no node $NODE any more: nothing to drain"; return 0; }
  server=$(server_of "$NODE")
  noted=\${PULUMI_COMMAND_STDOUT:-$server}
  if ! alive "$NODE"; then
    say "kubelet on $NODE gives no sign of life: its pods end with its server"
    leave
    return 0
  fi
  server=$(server_of "$NODE")
  if [ "\${server%% *}" != "\${noted%% *}" ] && [ "\${server#* }" != "\${noted#* }" ]; then
    say "$NODE is another server's by now: nothing to drain"
    return 0
  fi
  trap 'uncordon "$NODE" replacement || :; '"$remove_kubeconfig" EXIT
  cordon "$NODE" replacement
  evict "$NODE" || { stuck "$NODE"; exit 1; }
  leave
  trap "$remove_kubeconfig" EXIT
}
leave() { ask kubectl annotate --overwrite node "$NODE" "${LEFT}=$noted" >&2; }

# After a server has come: its node runs a pod, and reaches the cluster's DNS by the routes that it has learned.
in_service() {
  say "waiting until $NODE is in service"
  end=$(($(now) + ${IN_SERVICE_SECONDS}))
  pod="hostroute-check-$NODE"
  remove_check() { kubectl delete pod "$pod" -n kube-system --ignore-not-found --force --grace-period=0 --wait=false >/dev/null 2>&1; }
  remove_check || :
  until why=$(checked 2>&1); do
    if [ "$(now)" -ge "$end" ]; then
      say "$NODE did not get into service within ${IN_SERVICE_SECONDS} seconds; the update stops. What it lacks: $why"
      kubectl get node "$NODE" -o jsonpath='{range .status.conditions[?(@.type=="Ready")]}{.reason}: {.message}{"\\n"}{end}' >&2 || :
      kubectl get events -n kube-system --field-selector="involvedObject.name=$pod" >&2 || :
      say "See the server's console log, and journalctl -u hostroute-fetch -u kubelet on it. Then run pulumi up again."
      remove_check || :
      exit 1
    fi
    # Kubelet refuses a pod for good (no room, disk pressure): another one, then.
    [ "$(kubectl get pod "$pod" -n kube-system -o jsonpath='{.status.phase}' 2>/dev/null)" != Failed ] || remove_check || :
    elsewhere "$NODE" || uncordon "$NODE" replacement || : # DNS itself may have nowhere else to go
    sleep 1
  done
  remove_check || :
  uncordon "$NODE" replacement
  name_server
}
# Prints who is in service, or nothing where nobody knows. A node says who it was until its new kubelet has said something else.
name_server() {
  left=$(ask kubectl get node "$NODE" -o jsonpath='${annotation(LEFT)}')
  end=$(($(now) + ${NAMED_SECONDS}))
  while :; do
    server=$(server_of "$NODE")
    [ "$(now)" -lt "$end" ] && { [ "$server" = "$left" ] || [ "$server" = " " ]; } || break
    sleep 2
  done
  [ "$server" = " " ] || echo "$server"
}
# Of a new cluster, DNS may come later than all of its nodes: the engine does not do everything at once.
checked() {
  printf '%s' "$CHECK" | kubectl apply -f - >/dev/null || return 1
  works=condition=Ready
  kubectl get ${DNS_OBJECTS} -n kube-system >/dev/null 2>&1 || works=jsonpath='{.status.phase}'=Running
  kubectl wait --for="$works" pod/"$pod" -n kube-system --timeout=20s &&
    kubectl wait --for=condition=Ready node/"$NODE" --timeout=20s
}
`;

/** For all workers, $WORKERS: `departed`. */
const OF_ALL = `
# Workers that the plan no longer has are emptied, before their routes and servers go; those that came back take pods again.
departed() {
  leaving=""
  all=$(ask kubectl get nodes -l '${POOL_LABEL}' -o jsonpath='{range .items[*]}{.metadata.name} {end}')
  for node in $all; do
    case " $WORKERS " in
      *" $node "*) uncordon "$node" removal ;;
      *) leaving="$leaving $node" ;;
    esac
  done
  trap 'for node in $leaving; do uncordon "$node" removal || :; done; '"$remove_kubeconfig" EXIT
  for node in $leaving; do cordon "$node" removal; done
  for node in $leaving; do
    alive "$node" || { say "kubelet on $node gives no sign of life: its pods end with its server"; continue; }
    evict "$node" || { stuck "$node"; exit 1; }
  done
  trap "$remove_kubeconfig" EXIT
}
`;

const interpreter = (functions: string) => kubectlFunctions(COMMON + functions);

/** Runs `drained` and `in_service`. */
export const serverInterpreter = (): string[] => interpreter(OF_ONE);
/** Runs `departed`. */
export const workersInterpreter = (): string[] => interpreter(OF_ALL);
