import { createHash } from "node:crypto";
import * as command from "@pulumi/command";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { kubectlFunctions } from "./kubectl";

/** Where control-plane nodes, which have no Node object, say what they have (cloudinit/files/renew-certificates.py). */
const NAME = "hostroute-certificates";
const NAMESPACE = "kube-system";
const RBAC = "rbac.authorization.k8s.io";

/** A node looks each minute, and restarts what reads them when it starts. */
const SECONDS = 420;
const PAUSE_SECONDS = 3;

const ONE = /-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----/g;

/** What a node says once it has these files, and trusts whom they say: a digest, whichever order several in one file have. */
export function digestOf(files: Readonly<Record<string, string>>): string {
  const lines = Object.entries(files)
    .filter(([file]) => file.endsWith(".crt"))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([file, text]) => [file, ...(text.match(ONE) ?? []).sort()]);
  return createHash("sha256")
    .update(lines.map((line) => `${line}\n`).join(""))
    .digest("hex");
}

export interface TakenArgs {
  /** The program's own kubeconfig; a secret. */
  kubeconfig: pulumi.Input<string>;
  node: string;
  role: "control-plane" | "worker";
  /** What it is to have, by file name. */
  files: pulumi.Output<Record<string, string>>;
}

/**
 * Has happened when a node has taken over its certificates, and whom to trust, and all that runs on it goes by them.
 * @param opts `dependsOn`: its certificates, and its time in service: the time that it may take begins when it runs, not while it boots
 */
export const certificatesTaken = (
  { kubeconfig, node, role, files }: TakenArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command => {
  const digest = pulumi.unsecret(files).apply(digestOf);
  return new command.local.Command(
    `${node}-certificates-taken`,
    {
      create: "taken",
      // A new kubeconfig is only noted.
      update: ":",
      interpreter: takenInterpreter(),
      stdin: pulumi.secret(kubeconfig),
      environment: { NODE: node, ROLE: role, DIGEST: digest },
      triggers: [digest],
    },
    opts,
  );
};

/** Lets control-plane nodes say what they have: by the one client certificate of theirs that has a name in the API. */
export function takenRights(name: string, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const metadata = { name: "hostroute:certificates-taken", namespace: NAMESPACE };
  const rules = [{ apiGroups: [""], resources: ["configmaps"], resourceNames: [NAME], verbs: ["get", "patch"] }];
  const role = new k8s.rbac.v1.Role(`${name}-certificates-taken`, { metadata, rules }, opts);
  const binding = new k8s.rbac.v1.RoleBinding(
    `${name}-certificates-taken`,
    {
      metadata,
      roleRef: { apiGroup: RBAC, kind: "Role", name: metadata.name },
      subjects: [{ apiGroup: RBAC, kind: "User", name: "system:kube-controller-manager" }],
    },
    opts,
  );
  return [role, binding];
}

/** Runs `taken`, for node $NODE of role $ROLE, which is to say $DIGEST. */
export const takenInterpreter = (seconds = SECONDS): string[] =>
  kubectlFunctions(`
taken() {
  end=$(($(now) + ${seconds}))
  until [ "$(said)" = "$DIGEST" ]; do
    if [ "$(now)" -ge "$end" ]; then
      say "$NODE has not taken over its certificates, and whom to trust, within ${seconds} seconds; the update stops. A server that an older version made cannot."
      echo "On it: journalctl -u hostroute-renew-certificates. Once that is mended, run pulumi up again; or take the node out of the plan." >&2
      exit 1
    fi
    sleep ${PAUSE_SECONDS}
  done
}
said() {
  case $ROLE in
  worker) kubectl get node "$NODE" --request-timeout=10s --output="jsonpath={.metadata.annotations['hostroute\\.dev/certificates']}" 2>/dev/null || : ;;
  *)
    found=$(kubectl get configmap ${NAME} --namespace=${NAMESPACE} --request-timeout=10s --ignore-not-found --output="jsonpath={.kind}{.data['$NODE']}" 2>/dev/null) || return 0
    case $found in
    '') kubectl create configmap ${NAME} --namespace=${NAMESPACE} --request-timeout=10s >&2 || : ;;
    *) printf '%s\\n' "\${found#ConfigMap}" ;;
    esac
    ;;
  esac
}
`);
