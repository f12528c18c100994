/** What the scripts need besides a POSIX shell. In one place: all of them say it in the same words. */
export const NO_KUBECTL =
  "hostroute: kubectl is not on the PATH of the machine that runs pulumi. " +
  "Install it (https://kubernetes.io/docs/tasks/tools/) and run pulumi up again.";

/**
 * A script that reads the kubeconfig from its input into a file for this user only, points KUBECONFIG there, runs `body`, and
 * removes the file. Not by the environment, which every program that it starts would inherit and /proc would show. The traps
 * of signals are for dash, which runs no EXIT trap when one ends it.
 * @param body shell text; the script stops at the first command of it that fails
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

/**
 * That script as the interpreter of a command of `@pulumi/command`: the provider repeats a command in its errors, where the
 * operator should find the one that failed and not what surrounds it.
 * @param body shell text that finds the command in `$1`; default: runs it once
 */
export function kubectlInterpreter(body = 'eval "$1"'): string[] {
  return ["/bin/sh", "-c", kubectlScript(body), "hostroute"];
}
