import * as command from "@pulumi/command";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { kubectlInterpreter } from "./kubectl";

export interface EtcdMembersArgs {
  /** A kubeconfig that may write in kube-system; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** The planned members, by address. */
  members: readonly string[];
  /** The control plane's server ids: when one changes, its member is waited for again. */
  triggers: readonly pulumi.Input<string>[];
}

const NAMESPACE = "kube-system";
const NAME = "hostroute-etcd";
const ROLE = "hostroute:etcd";
const RBAC = "rbac.authorization.k8s.io";

/** A member joins once its node has booted, has its programs, and no other is joining: minutes each, on a slow mirror more. */
export const MEMBERS_TIMEOUT_SECONDS = 900;
const PAUSE_SECONDS = 3;

const KUBECTL = `kubectl --namespace=${NAMESPACE} --request-timeout=10s`;
/** What the nodes say (cloudinit/files/etcd-report.py); nothing where there is no ConfigMap yet. */
export const REPORT = `${KUBECTL} get configmap ${NAME} --ignore-not-found --output='jsonpath={.data.seen}|{.data.members}|{.data.waiting}'`;

/**
 * Asks until the planned members, and no others, are voters that answer; whoever else is one is told to leave, by id. A single member that
 * nobody reports has always been alone.
 */
export function etcdMembersInterpreter(timeoutSeconds = MEMBERS_TIMEOUT_SECONDS): string[] {
  return kubectlInterpreter(`deadline=$(($(date +%s) + ${timeoutSeconds}))
run="$(date +%s)-$$" asked= told= wanted=0
for each in $MEMBERS; do wanted=$((wanted + 1)); done
while :; do
  if ! report=$(eval "$1" 2>&1); then
    problem=$report
  elif [ -z "$report" ]; then
    [ "$wanted" -gt 1 ] || exit 0
    problem=$(${KUBECTL} create configmap ${NAME} 2>&1) || :
    asked=
  else
    seen=\${report%%|*} rest=\${report#*|}
    voters=0 leaving=
    for member in \${rest%%|*}; do
      case " $MEMBERS " in
      *" \${member%%=*} "*) case $member in *=voter) voters=$((voters + 1)) ;; esac ;;
      *) each=\${member%=*} leaving="$leaving \${each#*=}" ;;
      esac
    done
    problem="The nodes say: \${rest%%|*} \${rest#*|}"
    if [ "$seen" = "$run" ]; then
      [ -n "$leaving" ] || [ "$voters" -ne "$wanted" ] || break
    else
      problem="No node answers; those that an older version made cannot. $problem"
    fi
    if [ "$asked" != "$run" ] || [ "$leaving" != "$told" ]; then
      patch="{\\"data\\":{\\"asked\\":\\"$run\\",\\"leaving\\":\\"$leaving\\"}}"
      if said=$(${KUBECTL} patch configmap ${NAME} --type=merge --patch="$patch" 2>&1); then
        asked=$run told=$leaving
      else
        problem=$said
      fi
    fi
  fi
  if [ "$(date +%s)" -ge "$deadline" ]; then
    echo "hostroute: etcd's members are not those that are planned ($MEMBERS) after ${timeoutSeconds} seconds. $problem" >&2
    echo "On control-plane nodes: journalctl -u etcd -u hostroute-etcd-report. No server was deleted; run pulumi up again." >&2
    exit 1
  fi
  sleep ${PAUSE_SECONDS}
done
[ "$wanted" -gt 1 ] || ${KUBECTL} delete configmap ${NAME}`);
}

/**
 * etcd's members, as many as are planned: waits for those that join, and has those leave whose servers this update deletes, before it does
 * (deletions come last). A member that would cost the others their majority does not leave, and the update fails.
 */
export class EtcdMembers extends pulumi.ComponentResource {
  constructor(name: string, args: EtcdMembersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:objects:EtcdMembers", name, {}, opts);
    const { kubeconfig, members, triggers } = args;
    new command.local.Command(
      `${name}-etcd-members`,
      {
        create: REPORT,
        interpreter: etcdMembersInterpreter(),
        stdin: pulumi.secret(kubeconfig),
        environment: { MEMBERS: members.join(" ") },
        triggers: [...triggers],
      },
      { parent: this, dependsOn: members.length > 1 ? this.rights(name) : [] },
    );
    this.registerOutputs();
  }

  /** For the nodes: the one client certificate of theirs that has a name in the API. */
  private rights(name: string): pulumi.Resource[] {
    const metadata = { name: ROLE, namespace: NAMESPACE };
    const rules = [{ apiGroups: [""], resources: ["configmaps"], resourceNames: [NAME], verbs: ["get", "patch"] }];
    return [
      new k8s.rbac.v1.Role(`${name}-etcd`, { metadata, rules }, { parent: this }),
      new k8s.rbac.v1.RoleBinding(
        `${name}-etcd`,
        {
          metadata,
          roleRef: { apiGroup: RBAC, kind: "Role", name: ROLE },
          subjects: [{ apiGroup: RBAC, kind: "User", name: "system:kube-controller-manager" }],
        },
        { parent: this },
      ),
    ];
  }
}
