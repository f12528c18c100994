import * as fs from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Names the file with the record that the flat program registers. */
export const RECORD = "HOSTROUTE_BENCH_RECORD";
/** Names the file that a program leaves its use of the machine in. */
export const USAGE = "HOSTROUTE_BENCH_USAGE";

/** Names the file that has a program, while it is there, collect all garbage again and again: to know what it holds. */
export const COLLECT = "HOSTROUTE_BENCH_COLLECT";

/** What a program has taken: CPU seconds; and, in MiB, the most memory that it had at once, and the most of its heap that was no garbage, where that was looked for. */
export interface Usage {
  cpu: number;
  memory: number;
  held: number;
}

/** Leaves, when this process ends, what it has taken since now. Reading the program's own files comes before. */
export function noteUsage(): void {
  const before = process.cpuUsage();
  const holds = fs.existsSync(process.env[COLLECT]!) ? holding() : () => 0;
  process.on("exit", () => {
    const { user, system } = process.cpuUsage(before);
    const memory = process.resourceUsage().maxRSS / 1_024;
    const usage: Usage = { cpu: (user + system) / 1e6, memory, held: holds() };
    fs.writeFileSync(process.env[USAGE]!, JSON.stringify(usage));
  });
}

/** Looks every second what is no garbage: V8 alone collects that of a small cluster's program never, and of a large one's counts what came meanwhile. */
function holding(): () => number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let most = 0;
  const look = () => {
    collect();
    most = Math.max(most, process.memoryUsage().heapUsed / 2 ** 20);
    return most;
  };
  const goOn = () => {
    const begun = performance.now();
    look();
    // A heap of some GiB takes seconds.
    setTimeout(goOn, Math.max(1_000, 4 * (performance.now() - begun))).unref();
  };
  setTimeout(goOn, 1_000).unref();
  return look;
}
