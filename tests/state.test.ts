import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stateSize } from "./state";

const limits = fs.readFileSync(path.join(__dirname, "../docs/limits.md"), "utf8");
/** What the documentation says: megabytes with 3, 30 and 250 workers. */
const documented = /about ([\d.]+) MB with 3 workers, ([\d.]+) with 30, ([\d.]+) with 250/.exec(limits)!;
const [three, thirty, many] = documented.slice(1).map(Number) as [number, number, number];
const MB = 1_000_000;
/** One host routes table carries no more workers than 30: what grows with their square would show in these. */
const COUNTS = [3, 12, 30] as const;

// That the table of routes is full.
beforeEach(() => void jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined));
afterEach(() => void jest.restoreAllMocks());

it("has a state as large as docs/limits.md says, which grows with each worker by the same", async () => {
  const sizes: number[] = [];
  for (const count of COUNTS) sizes.push(await stateSize(count));
  const [small, middle, large] = sizes as [number, number, number];
  const early = (middle - small) / 9;
  const late = (large - middle) / 18;
  expect(Math.abs(late / early - 1)).toBeLessThan(0.02);
  // The checkpoint of the lab that the sizes were measured in had 807,463 bytes, and nothing of rollouts: those were measured apart.
  const ofRollouts = 72_641 + 3 * 21_500;
  // Each resource named three that may refuse an update, and names one since those stand in a row: reckoned as the test itself does.
  const ofGate = -22_600;
  expect(Math.abs(small / (807_463 + ofRollouts + ofGate) - 1)).toBeLessThan(0.03);
  const found = [small, large, large + 220 * late];
  expect(found.map((size, i) => Math.abs(size / MB / [three, thirty, many][i]! - 1) < 0.03)).toEqual([
    true,
    true,
    true,
  ]);
});
