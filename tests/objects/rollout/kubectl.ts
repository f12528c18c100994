import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { serverInterpreter, workersInterpreter } from "../../../components/objects/rollout/script";
import { runScript, ScriptResult } from "../shell";

/** A node as kubectl shows it. */
export interface FakeNode {
  /** Why it is cordoned: by us, or by an operator ("operator"); undefined: it takes pods. */
  cordoned?: string;
  /** Whose machine it is; default: its name. */
  machine?: string;
  /** Whose machine it is from the fourth question on. */
  next?: string;
  /** Whose it was when its last server went. */
  left?: string;
  /** Its kubelet gives no sign of life. */
  dead?: boolean;
}

export interface Cluster {
  nodes: Record<string, FakeNode>;
  /** Shell text that stands for `kubectl drain`, for the whole of it in `$node`. Default: it succeeds. */
  drain?: string;
  /** How often the check's pod is not ready yet. */
  unready?: number;
  /** Up to which call kubelet refuses the check's pod for good. */
  refusals?: number;
  /** There is no DNS yet. */
  withoutDns?: boolean;
  /** How often kubectl gets no answer at first. */
  away?: number;
}

export interface Outcome extends ScriptResult {
  /** What was changed, in order. */
  did: string[];
  /** Why nodes are cordoned afterwards. */
  cordoned: Record<string, string>;
  /** Whose machine they were when their servers went. */
  gone: Record<string, string>;
}

/** kubectl as far as the scripts use it: nodes are files, in which stands why they are cordoned. */
const kubectl = (folder: string, { drain = "exit 0", unready = 0, away = 0, refusals = 0 }: Cluster) => `
cd ${folder}
did() { echo "$*" >>did; }
[ "$calls" -gt ${away} ] || { echo "The connection to the server was refused" >&2; exit 1; }
all="$*"
case "$1 $2" in
  "get node")
    [ -e "nodes/$3" ] || { case "$all" in *--ignore-not-found*) exit 0;; esac; echo "nodes $3 not found" >&2; exit 1; }
    why=
    read -r why <"nodes/$3" || :
    case "$all" in
      *"-o name"*) echo "node/$3" ;;
      *spec.unschedulable*) [ -z "$why" ] || printf true ;;
      *cordoned-for*) [ "$why" = operator ] || printf '%s' "$why" ;;
      */left*) [ ! -e "left/$3" ] || printf '%s' "$(cat "left/$3")" ;;
      *machineID*)
        # As long as it has not said another one, kubelet's node is who it was.
        echo x >>asked
        lines asked
        if [ -e "next/$3" ] && [ "$lines" -gt 3 ]; then cat "next/$3"; else cat "machines/$3"; fi ;;
    esac ;;
  "get nodes")
    for each in nodes/*; do
      [ -e "$each" ] || continue
      case "$all" in
        *unschedulable*) [ -s "$each" ] || echo "node/\${each#nodes/}" ;;
        *) printf '%s ' "\${each#nodes/}" ;;
      esac
    done ;;
  "get lease") [ -e "dead/$3" ] || printf 'renewed %s' "$calls" ;;
  "annotate --overwrite")
    case "$5" in
      */left=*) echo "\${5#*=}" >"left/$4" ;;
      *) echo "\${5#*=}" >"marks-$4" ;;
    esac ;;
  "annotate node") did "unmark $3" ;;
  "cordon "*) did "cordon $2"; cat "marks-$2" >"nodes/$2" ;;
  "uncordon "*) did "uncordon $2"; : >"nodes/$2" ;;
  "drain "*) did "drain $2"; node=$2; ${drain} ;;
  "apply -f") [ -e check ] || rm -f refused; cat >check ;;
  "get pod") [ ! -e refused ] || printf Failed ;;
  "get deployment/coredns") [ ! -e nodns ] ;;
  "wait --for=jsonpath={.status.phase}=Running") [ -e nodns ] ;;
  "wait --for=condition=Ready")
    [ "$3" != "pod/hostroute-check-b" ] || [ ! -e nodns ] || exit 1
    [ "$calls" -gt ${refusals} ] || { : >refused; exit 1; }
    echo x >>waited
    lines waited
    [ "$lines" -gt ${unready} ] || { sleep 20; echo "timed out waiting for $3" >&2; exit 1; } ;;
  "delete pod") did "delete $3"; rm -f refused check ;;
esac`;

/** Runs one of a rollout's commands against a cluster. */
export function rollout(command: string, env: Record<string, string>, cluster: Cluster): Outcome {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-rollout-"));
  for (const each of ["nodes", "machines", "dead", "next", "left"]) fs.mkdirSync(path.join(folder, each));
  const write = (file: string, text: string) => fs.writeFileSync(path.join(folder, file), text);
  for (const [name, { cordoned = "", machine = `${name} uuid`, dead = false, ...more }] of Object.entries(
    cluster.nodes,
  )) {
    write(`nodes/${name}`, cordoned);
    write(`machines/${name}`, machine);
    if (more.next) write(`next/${name}`, more.next);
    if (more.left) write(`left/${name}`, more.left);
    if (dead) write(`dead/${name}`, "");
  }
  write("did", "");
  if (cluster.withoutDns) write("nodns", "");
  const interpreter = command === "departed" ? workersInterpreter() : serverInterpreter();
  const result = runScript(interpreter, command, kubectl(folder, cluster), {
    DRAIN_TIMEOUT: "60",
    CHECK: "{}",
    ...env,
  });
  const read = (file: string) => fs.readFileSync(path.join(folder, file), "utf8").trim();
  const did = read("did").split("\n").filter(Boolean);
  const names = Object.keys(cluster.nodes).filter((name) => read(`nodes/${name}`) !== "");
  const cordoned = Object.fromEntries(names.map((name) => [name, read(`nodes/${name}`)]));
  const gone = Object.fromEntries(
    fs.readdirSync(path.join(folder, "left")).map((name) => [name, read(`left/${name}`)]),
  );
  fs.rmSync(folder, { recursive: true });
  return { ...result, did, cordoned, gone };
}
