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
  /** Its kubelet gives no sign of life. */
  dead?: boolean;
}

export interface Cluster {
  nodes: Record<string, FakeNode>;
  /** Shell text that stands for `kubectl drain`, for the whole of it in `$node`. Default: it succeeds. */
  drain?: string;
  /** How often the check's pod is not ready yet. */
  unready?: number;
  /** How often kubectl gets no answer at first. */
  away?: number;
}

export interface Outcome extends ScriptResult {
  /** What was changed, in order. */
  did: string[];
  /** Why nodes are cordoned afterwards. */
  cordoned: Record<string, string>;
}

/** kubectl as far as the scripts use it: nodes are files, in which stands why they are cordoned. */
const kubectl = (folder: string, { drain = "exit 0", unready = 0, away = 0 }: Cluster) => `
cd ${folder}
did() { echo "$*" >>did; }
[ "$calls" -gt ${away} ] || { echo "The connection to the server was refused" >&2; exit 1; }
all="$*"
case "$1 $2" in
  "get node")
    [ -e "nodes/$3" ] || { case "$all" in *--ignore-not-found*) exit 0;; esac; echo "nodes $3 not found" >&2; exit 1; }
    why=$(cat "nodes/$3")
    case "$all" in
      *"-o name"*) echo "node/$3" ;;
      *spec.unschedulable*) [ -z "$why" ] || printf true ;;
      *cordoned-for*) [ "$why" = operator ] || printf '%s' "$why" ;;
      *machineID*) cat "machines/$3" ;;
    esac ;;
  "get nodes")
    for each in nodes/*; do
      [ -e "$each" ] || continue
      case "$all" in
        *unschedulable*) [ -n "$(cat "$each")" ] || echo "node/\${each#nodes/}" ;;
        *) printf '%s ' "\${each#nodes/}" ;;
      esac
    done ;;
  "get lease") [ -e "dead/$3" ] || printf 'renewed %s' "$calls" ;;
  "annotate --overwrite") echo "\${5#*=}" >"marks-$4" ;;
  "annotate node") did "unmark $3" ;;
  "cordon "*) did "cordon $2"; cat "marks-$2" >"nodes/$2" ;;
  "uncordon "*) did "uncordon $2"; : >"nodes/$2" ;;
  "drain "*) did "drain $2"; node=$2; ${drain} ;;
  "apply -f") cat >check ;;
  "wait --for=condition=Ready")
    echo x >>waited
    [ "$(grep -c x waited)" -gt ${unready} ] || { sleep 20; echo "timed out waiting for $3" >&2; exit 1; } ;;
  "delete pod") did "delete $3" ;;
esac`;

/** Runs one of a rollout's commands against a cluster. */
export function rollout(command: string, env: Record<string, string>, cluster: Cluster): Outcome {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-rollout-"));
  for (const each of ["nodes", "machines", "dead"]) fs.mkdirSync(path.join(folder, each));
  const write = (file: string, text: string) => fs.writeFileSync(path.join(folder, file), text);
  for (const [name, { cordoned = "", machine = name, dead = false }] of Object.entries(cluster.nodes)) {
    write(`nodes/${name}`, cordoned);
    write(`machines/${name}`, machine);
    if (dead) write(`dead/${name}`, "");
  }
  write("did", "");
  const interpreter = command === "departed" ? workersInterpreter() : serverInterpreter();
  const result = runScript(interpreter, command, kubectl(folder, cluster), { DRAIN_TIMEOUT: "60", CHECK: "{}", ...env });
  const read = (file: string) => fs.readFileSync(path.join(folder, file), "utf8").trim();
  const did = read("did").split("\n").filter(Boolean);
  const names = Object.keys(cluster.nodes).filter((name) => read(`nodes/${name}`) !== "");
  const cordoned = Object.fromEntries(names.map((name) => [name, read(`nodes/${name}`)]));
  fs.rmSync(folder, { recursive: true });
  return { ...result, did, cordoned };
}
