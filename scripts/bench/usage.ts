import * as fs from "node:fs";

/** Names the file with the record that the flat program registers. */
export const RECORD = "HOSTROUTE_BENCH_RECORD";
/** Names the file that a program leaves its use of the machine in. */
export const USAGE = "HOSTROUTE_BENCH_USAGE";

/** What a program has taken: CPU seconds, and the most memory that it had at once, in MiB. */
export interface Usage {
  cpu: number;
  memory: number;
}

/** Leaves, when this process ends, what it has taken since now. Reading the program's own files comes before. */
export function noteUsage(): void {
  const before = process.cpuUsage();
  process.on("exit", () => {
    const { user, system } = process.cpuUsage(before);
    const usage: Usage = { cpu: (user + system) / 1e6, memory: process.resourceUsage().maxRSS / 1_024 };
    fs.writeFileSync(process.env[USAGE]!, JSON.stringify(usage));
  });
}
