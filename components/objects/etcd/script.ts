import { ABANDONED } from "../../abandoned";
import { kubectlFunctions } from "../kubectl";

export const NAMESPACE = "kube-system";
/** The ConfigMap in which the stack asks, and nodes answer (cloudinit/files/etcd-report.py). */
export const NAME = "hostroute-etcd";

/** A member joins once its node has booted, has its programs, and no other is joining: minutes each, on a slow mirror more. */
const JOIN_SECONDS = 900;
/** Whoever has just been restarted is back by then. */
const LEAVE_SECONDS = 300;
const PAUSE_SECONDS = 3;
/** How soon a balancer notices that a server has stopped. */
const NOTICED_SECONDS = 120;
/** So many answers one after the other are no luck, even if only one of five servers is still asked in vain. */
const ANSWERS = 20;

const DATA = ["asked", "seen", "members", "waiting"].map((key) => `{.data.${key}}`).join("|");

/** What the commands have in common. $MEMBERS: the planned members' addresses. */
const COMMON = `
run='' problem=''

# kubectl by the API's address; where nobody has that, by the members' own, which are in their certificates: the address may be on its way
# from one to another, or no longer be in use.
api() {
  said=$(kubectl --namespace=${NAMESPACE} --request-timeout=10s "$@" 2>&1) && { printf '%s\\n' "$said"; return 0; }
  for each in $MEMBERS; do
    other=$(kubectl --namespace=${NAMESPACE} --request-timeout=5s --server="https://$each:6443" "$@" 2>&1) && { printf '%s\\n' "$other"; return 0; }
  done
  printf '%s\\n' "$said"
  return 1
}

# Says whether there is a question to answer: 'none' where there has never been one, or etcd is down to one member.
question() { found=$(api get configmap ${NAME} --ignore-not-found --output='jsonpath=${DATA}') || return 1; [ -n "$found" ] || found=none; }

# Asks, and reads members (ADDRESS=ID=STATE=RELEASE) and waiting once they are of later than the first call. Until then returns 1, and problem says
# why. Several may ask at once: a question is a number that is higher than what was there, and whoever finds a lower one repeats its own.
reported() {
  question || { problem=$found; return 1; }
  if [ "$found" = none ]; then
    problem=$(api create configmap ${NAME}) || :
    return 1
  fi
  asked=\${found%%|*} rest=\${found#*|}
  seen=\${rest%%|*} rest=\${rest#*|}
  members=\${rest%%|*} waiting=\${rest#*|}
  # An older version's were times with a process.
  asked=\${asked%%-*} seen=\${seen%%-*}
  [ -n "$run" ] || run=$((\${asked:-0} + 1))
  problem="The nodes say: $members $waiting"
  if [ "\${asked:-0}" -lt "$run" ]; then
    tell "\\"asked\\":\\"$run\\"" || return 1
  fi
  [ "\${seen:-0}" -ge "$run" ] && [ -n "$members" ] && return 0
  problem="No node answers; those that an older version made cannot. $problem"
  return 1
}
tell() { told=$(api patch configmap ${NAME} --type=merge --patch="{\\"data\\":{$1}}") || { problem=$told; return 1; }; }

# Tries the command $2 until it succeeds, for $1 seconds.
within() {
  end=$(($(now) + $1))
  until $2; do
    [ "$(now)" -lt "$end" ] || return 1
    sleep ${PAUSE_SECONDS}
  done
}
`;

/** Of all members, for their coming and going. */
const ofAll = (seconds: number) => `
# Until the planned members, and no others, are voters that answer. Whoever else is one is told to leave, by id. A single member that nobody
# reports has always been alone.
planned() {
  if ! within ${seconds} as_planned; then
    say "etcd's members are not those that are planned ($MEMBERS) after ${seconds} seconds. $problem"
    echo "On control-plane nodes: journalctl -u etcd -u hostroute-etcd-report. No server was deleted; run pulumi up again." >&2
    exit 1
  fi
  if [ -n "\${ordered:-}" ] && ! within ${NOTICED_SECONDS} all_answer; then
    say "the API's address still leads to servers that have left etcd, ${NOTICED_SECONDS} seconds after their API servers were to stop: not every request is answered. $problem"
    echo "On those servers: journalctl -u hostroute-etcd-report; and see the balancer, where there is one. No server was deleted; run pulumi up again." >&2
    exit 1
  fi
  case $MEMBERS in *' '*) ;; *) [ "$found" = none ] || api delete configmap ${NAME} >&2 ;; esac
}
# Each call is a connection of its own: none is sent to a server that has stopped.
all_answer() {
  answers=0
  while [ "$answers" -lt ${ANSWERS} ]; do
    problem=$(kubectl --request-timeout=5s get --raw=/readyz 2>&1) || return 1
    answers=$((answers + 1))
  done
}
as_planned() {
  case $MEMBERS in *' '*) ;; *) question && [ "$found" = none ] && return 0 ;; esac
  reported || return 1
  wanted=0 voters=0 leaving=''
  for each in $MEMBERS; do wanted=$((wanted + 1)); done
  for member in $members; do
    case " $MEMBERS " in
    *" \${member%%=*} "*) case $member in *=*=voter*) voters=$((voters + 1)) ;; esac ;;
    *) id=\${member#*=} leaving="$leaving \${id%%=*}" ;;
    esac
  done
  if [ -n "$leaving" ] && [ "$leaving" != "\${ordered:-}" ]; then
    tell "\\"leaving\\":\\"$leaving\\"" && ordered=$leaving
  fi
  [ -z "$leaving" ] && [ "$voters" -eq "$wanted" ]
}
`;

/** Of one member, $ADDRESS of node $NODE on server $INSTANCE, whose API server is to run $RELEASE. */
const ofOne = (joins: number, leaves: number) => `
# After a server has come: its member has a vote and answers, and so does its API server. The old member is silent since its server went, and
# leaves when the new one joins.
joined() {
  say "waiting until $NODE is in service"
  if ! within ${joins} here; then
    say "$NODE did not get into service within ${joins} seconds; the update stops. Its member of etcd has to be a voter, and its API server ready at $RELEASE. $problem"
    echo "On it: the console log, and journalctl -u hostroute-fetch -u etcd -u kube-apiserver. Then run pulumi up again." >&2
    exit 1
  fi
}
here() {
  reported || return 1
  for member in $members; do
    case $member in "$ADDRESS="*"=voter=$RELEASE" | "$ADDRESS="*"=voter=$RELEASE"[-+]*) return 0 ;; esac
  done
  return 1
}

# Before a server goes: the others can do without it. One that works goes only when all others work, one that does not when they have a majority.
leaves() {
  # The operator's word: the cluster begins anew, and this server is left behind (abandoned.ts).
  abandoned="\${TMPDIR:-/tmp}/${ABANDONED}\${INSTANCE:-}"
  if ! within ${leaves} spared; then
    say "$NODE cannot be done without, so its server was left as it is, and the update stops: all other members of etcd have to be voters that answer. $problem"
    echo "On those that are not: journalctl -u etcd -u hostroute-etcd-report. Then run pulumi up again: it goes on from here." >&2
    echo "Where a snapshot is restored and this server is to be left behind: touch $abandoned" >&2
    exit 1
  fi
}
spared() {
  if [ -f "$abandoned" ] && [ -O "$abandoned" ]; then return 0; fi
  question || { problem=$found; return 1; }
  [ "$found" != none ] || return 0
  reported || return 1
  own='' others=0 voters=0 well=0
  for member in $members; do
    state=\${member#*=*=} state=\${state%%=*}
    case $member in
    "$ADDRESS="*) own=$state ;;
    *)
      others=$((others + 1))
      [ "$state" = learner ] || voters=$((voters + 1))
      [ "$state" != voter ] || well=$((well + 1))
      ;;
    esac
  done
  case $own in
  '' | learner) return 0 ;;
  voter) [ "$well" -eq "$others" ] || return 1 ;;
  esac
  [ $((well * 2)) -gt $((voters + 1)) ]
}
`;

const interpreter = (functions: string) => kubectlFunctions(COMMON + functions);

/** Runs `planned`. */
export const membersInterpreter = (seconds = JOIN_SECONDS): string[] => interpreter(ofAll(seconds));
/** Runs `joined` and `leaves`. */
export const memberInterpreter = (joins = JOIN_SECONDS, leaves = LEAVE_SECONDS): string[] =>
  interpreter(ofOne(joins, leaves));
