/**
 * How kubectl is run on the operator's machine: a POSIX shell script that reads the kubeconfig from its standard input. Not
 * from the environment, which every program that the script starts would inherit, and `ps` and /proc would show.
 */

/** The interpreter of the scripts, also where Pulumi's default would be another one (Windows: `cmd`). */
export const SHELL = ["/bin/sh", "-c"];

/** What the scripts need besides a POSIX shell. In one place: all of them say it in the same words. */
export const NO_KUBECTL =
  "hostroute: kubectl is not on the PATH of the machine that runs pulumi. " +
  "Install it (https://kubernetes.io/docs/tasks/tools/) and run pulumi up again.";

/**
 * A script that runs `body` with KUBECONFIG set to a file that holds the script's input, for this user only, and gone
 * when the script ends. The traps of signals are there for dash, which runs no EXIT trap when a signal ends it.
 * @param body shell text; it may use KUBECONFIG, and stops at the first command that fails
 */
export function kubectlScript(body: string): string {
  return `set -eu
command -v kubectl >/dev/null 2>&1 || { echo "${NO_KUBECTL}" >&2; exit 127; }
umask 077
KUBECONFIG=$(mktemp)
export KUBECONFIG
trap 'rm -f "$KUBECONFIG"' EXIT
trap 'exit 130' HUP INT TERM
cat >"$KUBECONFIG"
${body}
`;
}
