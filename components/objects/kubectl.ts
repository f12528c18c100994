/** What the scripts need besides a POSIX shell, in one place so that all of them use the same words. */
export const NO_KUBECTL =
  "hostroute: kubectl is not on the PATH of the machine that runs pulumi. " +
  "Install it (https://kubernetes.io/docs/tasks/tools/) and run pulumi up again.";

/**
 * A script that reads the kubeconfig from its input into a file for this user only, points KUBECONFIG there, runs `body`, and
 * removes the file. The environment would be inherited by every program that it starts, and /proc would show it. The signal
 * traps are for dash, which does not run EXIT traps when a signal ends it.
 * @param body shell text; the script stops at the first command that fails
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
 * The same script as the interpreter of an `@pulumi/command` command: the provider repeats the command in its errors, where the
 * operator should see the one that failed and not what surrounds it.
 * @param body shell text that finds the command in `$1`; default: runs it once
 */
export function kubectlInterpreter(body = 'eval "$1"'): string[] {
  return ["/bin/sh", "-c", kubectlScript(body), "hostroute"];
}

/** What every text of functions begins with. All talk goes to stderr: what a command prints is kept in the state. */
const TALK = `
say() { echo "hostroute: $*" >&2; }
now() { date +%s; }
`;

/**
 * The same for commands that are functions of one text. Every resource's state has the text, twice: comments and indentation stay here.
 * @param functions shell text that may call `say` and `now`, and defines what the commands call
 */
export const kubectlFunctions = (functions: string): string[] =>
  kubectlInterpreter(`${(TALK + functions).replace(/^ *(#.*)?\n|^ +/gm, "")}eval "$1"`);
