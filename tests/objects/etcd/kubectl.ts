import { memberInterpreter, membersInterpreter } from "../../../components/objects/etcd/script";
import { runScript } from "../shell";

export const THREE = "10.0.0.1 10.0.0.2 10.0.0.3";
/** What nodes say of three that work. */
export const VOTERS = "10.0.0.1=a1=voter=v1.34.1 10.0.0.2=b2=voter=v1.34.1 10.0.0.3=c3=voter=v1.34.1";

/** What kubectl of a cluster does. `get` prints what the ConfigMap has, or nothing where there is none. */
export interface Fake {
  /**
   * Shell lines that print `asked|seen|members|waiting`. They have $calls, of kubectl; $asked and $leaving, of the last patch; and $server, where a member
   * is asked by its own address.
   */
  get: string;
  /** What was asked before, by somebody else. */
  asked?: string;
  /** How long the script tries, in seconds that pass when it sleeps; each try takes the test a while. */
  seconds?: number;
  /** Shell lines before everything. */
  before?: string;
}

/**
 * Runs `planned`, `joined` or `leaves` against it.
 * @returns besides what the script did, all patches and other orders in turn
 */
export function etcd(
  command: "planned" | "joined" | "leaves",
  members: string,
  { get, asked = "", seconds = 60, before = ":" }: Fake,
) {
  const env = { MEMBERS: members, NODE: "cp-1", ADDRESS: "10.0.0.2", RELEASE: "v1.34.1", INSTANCE: "server-1" };
  const kubectl = `
file="$TMPDIR/../state"
state=$(cat "$file" 2>/dev/null || echo '${asked};')
asked=\${state%%;*} leaving=\${state#*;} server=''
case "$*" in *--server=*) server=\${*#*--server=}; server=\${server%% *} ;; esac
case "$*" in
*" get "*) ${get} ;;
*" patch "*) last=\${*#*--patch=}
  echo "DID patch $last" >&3
  case $last in *'"asked"'*) asked=\${last#*'"asked":"'} asked=\${asked%%'"'*} ;; esac
  case $last in *'"leaving"'*) leaving=\${last#*'"leaving":"'} leaving=\${leaving%%'"'*} ;; esac
  echo "$asked;$leaving" >"$file" ;;
*) shift 2; echo "DID $*" >&3 ;;
esac`;
  // What the script does with kubectl's words is its own business; the test has a channel beside it.
  const interpreter = command === "planned" ? membersInterpreter(seconds) : memberInterpreter(seconds, seconds);
  const result = runScript(interpreter, `exec 3>&2; ${before}; ${command}`, kubectl, env);
  const lines = result.stderr.split("\n");
  const did = lines.filter((line) => line.startsWith("DID ")).map((line) => line.slice(4));
  return { ...result, stderr: lines.filter((line) => !line.startsWith("DID ")).join("\n"), did };
}

/** As nodes of a new version answer, at once. */
export const answering = (members: string, waiting = "") => `echo "$asked|$asked|${members}|${waiting}"`;
