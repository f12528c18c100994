import * as command from "@pulumi/command";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { kubectlFunctions } from "../kubectl";
import { NAMESPACE } from "./script";

/** The ConfigMap in which the stack asks, and the node answers (cloudinit/files/etcd-hand-over.py). */
const NAME = "hostroute-hand-over";
const RBAC = "rbac.authorization.k8s.io";
/** A last snapshot may be large, and the store slow. */
const SECONDS = 1_800;
/** A node looks every few seconds whether it is asked. */
const ANSWERS_SECONDS = 180;
const PAUSE_SECONDS = 2;

export interface HandOverArgs {
  /** The program's own kubeconfig; a secret. */
  kubeconfig: pulumi.Input<string>;
  node: string;
  /** The server that is to hand over, by id; empty: none is. */
  server: pulumi.Input<string>;
  /** How many words for that there were. */
  words: pulumi.Input<number>;
}

/**
 * Has an only control-plane server hand its data over, before it is replaced: a resource that the server depends on, made anew for each word.
 * Where the server cannot, it is in service as before, and the update ends.
 */
export function handOver({ kubeconfig, node, server, words }: HandOverArgs, opts: pulumi.CustomResourceOptions) {
  return new command.local.Command(
    `${node}-hand-over`,
    {
      create: "hand_over",
      // A new kubeconfig, or a word that has been kept, are only noted.
      update: ":",
      interpreter: handOverInterpreter(),
      stdin: pulumi.secret(kubeconfig),
      environment: { NODE: node, SERVER: server, WORD: pulumi.output(words).apply(String) },
      triggers: [words],
    },
    opts,
  );
}

/** Lets the node say why it could not: by the one client certificate of its that has a name in the API. */
export function handOverRights(name: string, opts: pulumi.CustomResourceOptions): void {
  const metadata = { name: "hostroute:hand-over", namespace: NAMESPACE };
  const rules = [{ apiGroups: [""], resources: ["configmaps"], resourceNames: [NAME], verbs: ["get", "patch"] }];
  new k8s.rbac.v1.Role(`${name}-hand-over`, { metadata, rules }, opts);
  new k8s.rbac.v1.RoleBinding(
    `${name}-hand-over`,
    {
      metadata,
      roleRef: { apiGroup: RBAC, kind: "Role", name: metadata.name },
      subjects: [{ apiGroup: RBAC, kind: "User", name: "system:kube-controller-manager" }],
    },
    opts,
  );
}

/** Runs `hand_over`, for server $SERVER of node $NODE, with number $WORD. */
export const handOverInterpreter = (seconds = SECONDS, answers = ANSWERS_SECONDS): string[] =>
  kubectlFunctions(`
api() { kubectl --namespace=${NAMESPACE} --request-timeout=10s "$@" 2>&1; }
hand_over() {
  [ -n "$SERVER" ] || return 0
  say "$NODE hands etcd's data over: the API is away until the server in its place has taken it"
  problem='' told='' since='' end=$(($(now) + ${seconds}))
  until handed; do
    case $told in *"|$WORD") stays "\${told%|*}" ;; esac
    if [ -n "$told" ] && [ "$(now)" -ge $((since + ${answers})) ]; then stays "it does not answer; a server that an older version made cannot"; fi
    [ "$(now)" -lt "$end" ] || stays "no answer within ${seconds} seconds. $problem"
    sleep ${PAUSE_SECONDS}
  done
}
# In the API server's place the node says whose data is handed over. Until then it is asked, as often as it takes.
handed() {
  answer=$(api get --raw=/hostroute/handed-over) || :
  case $answer in *"\\"$SERVER\\""*snapshot*) return 0 ;; esac
  told=''
  found=$(api get configmap ${NAME} --ignore-not-found --output='jsonpath={.data.asked}/{.data.failed}|{.data.seen}') || { problem=$found; return 1; }
  case $found in
  '') problem=$(api create configmap ${NAME}) || : ;;
  "$WORD/"*) told=\${found#*/} since=\${since:-$(now)} ;;
  *) problem=$(api patch configmap ${NAME} --type=merge --patch="{\\"data\\":{\\"server\\":\\"$SERVER\\",\\"asked\\":\\"$WORD\\"}}") || : ;;
  esac
  return 1
}
stays() {
  say "$NODE could not hand its data over, and its server was not replaced: $1"
  echo "On it: journalctl -u hostroute-etcd-hand-over. Then run pulumi up again." >&2
  exit 1
}
`);
