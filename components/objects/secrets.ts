import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { kubectlFunctions } from "./kubectl";

/** A thousand Secrets take half a minute; a large cluster, and an API server that is busy, more. */
const SECONDS = 1_800;
const PAUSE_SECONDS = 5;
/** Of one namespace at a time: a release of Helm's is up to a megabyte. */
const AT_ONCE = 20;

export interface EncryptedArgs {
  /** The program's own kubeconfig; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** The generation of the key that all API servers encrypt with. */
  used: number;
  /** How many times etcd began anew: a snapshot may be from before all Secrets were encrypted with that. */
  restores: pulumi.Input<number>;
}

/**
 * Has every Secret written once, and so encrypted with the key that is used: until then, etcd has them as they were written last. It is made anew
 * for another generation, and after a restore; what it depends on are the API servers that encrypt with that. A failure leaves nothing behind, so
 * the next update tries again, and until one ends well the old key cannot go (identity/rotation.ts).
 */
export const encrypted = (
  name: string,
  { kubeconfig, used, restores }: EncryptedArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command =>
  new command.local.Command(
    `${name}-encrypted`,
    {
      create: "encrypted",
      // A new kubeconfig is only noted.
      update: ":",
      interpreter: encryptedInterpreter(),
      stdin: pulumi.secret(kubeconfig),
      environment: { GENERATION: `${used}` },
      triggers: [used, restores],
    },
    opts,
  );

/**
 * Runs `encrypted`. Writing a Secret as it is costs nothing where its key is the used one already: the API server writes what is the same only if
 * it was "stale" (staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go, GuaranteedUpdate). One that has changed meanwhile (Conflict) has been
 * written by somebody else, and one that is gone is none any more.
 */
export const encryptedInterpreter = (seconds = SECONDS): string[] =>
  kubectlFunctions(`
encrypted() {
  say "writing all Secrets, so that they are encrypted with the key of generation $GENERATION"
  end=$(($(now) + ${seconds}))
  until all; do
    if [ "$(now)" -ge "$end" ]; then
      say "not all Secrets were written within ${seconds} seconds, so the key before is still needed. $problem"
      echo "Once that is mended, run pulumi up again. Until then, leave the old generation in hostroute:keys.encryption.known." >&2
      exit 1
    fi
    sleep ${PAUSE_SECONDS}
  done
  echo "$GENERATION"
}
# Without their contents: the API server makes the table.
all() {
  problem='' namespace='' names='' count=0
  list=$(kubectl get secrets --all-namespaces --no-headers --request-timeout=60s 2>&1) || { problem=$list; return 1; }
  while read -r where name rest; do
    # Words of kubectl's to the reader are no namespaces.
    case $where in '' | *[!a-z0-9-]*) continue ;; esac
    if [ "$where" != "$namespace" ] || [ "$count" -ge ${AT_ONCE} ]; then
      batch
      namespace=$where names='' count=0
    fi
    names="$names $name" count=$((count + 1))
  done <<LIST
$list
LIST
  batch
  [ -z "$problem" ]
}
# The contents go from one to the other, and nowhere else. Of the second, only what went wrong is kept.
batch() {
  [ -n "$names" ] || return 0
  said=$( { kubectl get secrets --namespace="$namespace" --ignore-not-found --request-timeout=60s --output=json -- $names ||
    echo broken; } | kubectl replace --request-timeout=60s --filename=- 2>&1 >/dev/null) || :
  wrong=$(printf '%s\\n' "$said" | grep -v -e '^Error from server (Conflict)' -e '^Error from server (NotFound)' -e '^$' -e '^Warning:' || :)
  [ -z "$wrong" ] || problem="In namespace $namespace: $wrong"
}
`);
