import { outcomes, outcomeTable } from "./outcomes";

/** Jest calls this once all checks of a run are done. */
export default function print(): void {
  process.stderr.write(`\n${outcomeTable(outcomes())}\n`);
}
