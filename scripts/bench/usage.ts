import * as fs from "node:fs";
import * as v8 from "node:v8";
import * as vm from "node:vm";

/** Names the file with the record that the flat program registers. */
export const RECORD = "HOSTROUTE_BENCH_RECORD";
/** Names the file that a program leaves its use of the machine in. */
export const USAGE = "HOSTROUTE_BENCH_USAGE";

/** What a program has taken: CPU seconds; and, in MiB, the most memory that it had at once, and what it holds at its end without garbage. */
export interface Usage {
  cpu: number;
  memory: number;
  held: number;
}

const MIB = 2 ** 20;

/** Leaves, when this process ends, what it has taken since now. Reading the program's own files comes before. */
export function noteUsage(): void {
  const before = process.cpuUsage();
  process.on("exit", () => {
    const { user, system } = process.cpuUsage(before);
    const memory = process.resourceUsage().maxRSS / 1_024;
    const usage: Usage = { cpu: (user + system) / 1e6, memory, held: heldNow() / MIB };
    fs.writeFileSync(process.env[USAGE]!, JSON.stringify(usage));
  });
}

/** Bytes in use once all garbage is collected. */
function heldNow(): number {
  v8.setFlagsFromString("--expose-gc");
  (vm.runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
