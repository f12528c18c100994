import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { kubectlInterpreter } from "./kubectl";

export interface ApiReadyArgs {
  /** A kubeconfig that may ask the API for /readyz; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** URL of the API, for the message when it does not answer. */
  endpoint: pulumi.Input<string>;
  /** What the API runs on, for example the control plane's server ids: when one changes, it is waited for again. */
  triggers?: readonly pulumi.Input<string>[] | undefined;
}

/**
 * How long the API may take, in seconds, from the server's creation on: boot, packages, downloads, etcd. That is minutes;
 * a quarter of an hour leaves room for a slow mirror.
 */
export const API_TIMEOUT_SECONDS = 900;
const PAUSE_SECONDS = 1;

/**
 * Unlike /livez, /readyz is false until etcd answers and RBAC's own roles exist, so whatever comes next is neither refused nor
 * lost.
 */
export const READY = "kubectl get --raw=/readyz --request-timeout=10s";

/** Asks until the answer is ok. The API's address is passed in the environment, never as part of the script. */
export function apiReadyInterpreter(timeoutSeconds = API_TIMEOUT_SECONDS): string[] {
  return kubectlInterpreter(`deadline=$(($(date +%s) + ${timeoutSeconds}))
until answer=$(eval "$1" 2>&1); do
  if [ "$(date +%s)" -ge "$deadline" ]; then
    echo "hostroute: the Kubernetes API at $API did not become ready within ${timeoutSeconds} seconds. Its last answer: $answer" >&2
    echo "Can this machine reach it (hostroute:access.api)? Then look at the first control-plane node: its console log," >&2
    echo "and there journalctl -u hostroute-fetch -u etcd -u kube-apiserver. After that, run pulumi up again." >&2
    exit 1
  fi
  sleep ${PAUSE_SECONDS}
done
echo "$answer"`);
}

/**
 * Waits until the Kubernetes API can be used. As `dependsOn` of the Kubernetes provider it holds back everything that goes
 * through that provider. A failure leaves nothing behind, so the next update waits again.
 */
export class ApiReady extends pulumi.ComponentResource {
  /** What it said when it was. */
  readonly answer: pulumi.Output<string>;

  constructor(name: string, args: ApiReadyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:kubernetes:ApiReady", name, {}, opts);
    const { stdout } = new command.local.Command(
      `${name}-api-ready`,
      {
        create: READY,
        interpreter: apiReadyInterpreter(),
        stdin: pulumi.secret(args.kubeconfig),
        environment: { API: args.endpoint },
        triggers: [...(args.triggers ?? [])],
      },
      { parent: this },
    );
    this.answer = stdout;
    this.registerOutputs();
  }
}
