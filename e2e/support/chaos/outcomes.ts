import * as fs from "node:fs";
import * as path from "node:path";
import { alignedRows } from "../../../components/columns";
import { stateDir } from "../../../lab/paths";

/** What came of a fault. */
export interface Outcome {
  node: string;
  fault: string;
  /** From the fault's end until the node was back; null: it was not, within the limit. */
  seconds: number | null;
  /** Bystanders' packets; null where there were no bystanders. */
  sent: number | null;
  lost: number | null;
  at: string;
}

const FILE = path.join(stateDir, "chaos.json");
const same = (one: Outcome, other: Outcome) => one.node === other.node && one.fault === other.fault;

export const outcomes = (): Outcome[] =>
  fs.existsSync(FILE) ? (JSON.parse(fs.readFileSync(FILE, "utf8")) as Outcome[]) : [];

/** Adds an outcome to `.lab/chaos.json`, in the place of an earlier one of the same fault. */
export function record(outcome: Outcome): void {
  const all = [...outcomes().filter((earlier) => !same(earlier, outcome)), outcome];
  fs.writeFileSync(FILE, `${JSON.stringify(all, undefined, 1)}\n`);
}

/** The outcomes as a table. */
export function outcomeTable(all: readonly Outcome[]): string {
  const rows = all.map(({ node, fault, seconds, sent, lost }) => [
    node,
    fault,
    seconds === null ? "not back" : seconds.toFixed(1),
    lost === null ? "no bystanders" : `${lost} of ${sent}`,
  ]);
  return alignedRows([["node", "fault", "seconds from its end", "bystanders' lost packets"], ...rows]).join("\n");
}
