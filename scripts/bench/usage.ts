import * as fs from "node:fs";
import { GCProfiler, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Names the file with the record that the flat program registers. */
export const RECORD = "HOSTROUTE_BENCH_RECORD";
/** Names the file that a program leaves its use of the machine in. */
export const USAGE = "HOSTROUTE_BENCH_USAGE";

/** What a program has taken: CPU seconds; and, in MiB, the most memory that it had at once, and the most of its heap that was no garbage. */
export interface Usage {
  cpu: number;
  memory: number;
  held: number;
}

/** Leaves, when this process ends, what it has taken since now. Reading the program's own files comes before. */
export function noteUsage(): void {
  const before = process.cpuUsage();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const profiler = new GCProfiler();
  profiler.start();
  process.on("exit", () => {
    const { user, system } = process.cpuUsage(before);
    const memory = process.resourceUsage().maxRSS / 1_024;
    // A small cluster's program may end before V8 collects all garbage for the first time.
    collect();
    const left = profiler
      .stop()
      .statistics.filter(({ gcType }) => gcType === "MarkSweepCompact")
      .map(({ afterGC }) => afterGC.heapStatistics.usedHeapSize / 2 ** 20);
    const usage: Usage = { cpu: (user + system) / 1e6, memory, held: Math.max(0, ...left) };
    fs.writeFileSync(process.env[USAGE]!, JSON.stringify(usage));
  });
}
