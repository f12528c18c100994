import { exceeded, Figures, growthRows, Measured, perWorker, ratioRows } from "../../../scripts/bench/figures";

/** What all clusters have, and ten of each for a worker. */
const of = (workers: number, times = 1): Figures => {
  const figure = times * (100 + 10 * workers);
  return {
    evaluation: figure,
    memory: figure,
    held: figure,
    resources: figure,
    bytes: 1_000 * figure,
    preview: figure,
  };
};
const sizes = (...all: number[]): Measured[] =>
  all.map((workers) => ({ workers, ours: of(workers, 1.1), flat: of(workers) }));

it("sets hostroute beside the flat program, size by size", () => {
  expect(ratioRows(sizes(3))).toEqual([
    ["workers", "", "hostroute", "flat", "ratio"],
    ["3", "evaluation, s", "143.0", "130.0", "1.10"],
    ["3", "memory, MiB", "143", "130", "1.10"],
    ["3", "held, MiB", "143", "130", "1.10"],
    ["3", "resources", "143", "130", "1.10"],
    ["3", "state, kB", "143", "130", "1.10"],
    ["3", "preview, s", "143.0", "130.0", "1.10"],
  ]);
});

it("says what each further worker costs from size to size", () => {
  expect(perWorker(sizes(3, 30, 250), "bytes").map(Math.round)).toEqual([11_000, 11_000]);
  const [head, first] = growthRows(sizes(3, 30, 250));
  expect([head, first]).toEqual([
    ["each further worker", "3 to 30", "30 to 250"],
    ["evaluation, s", "11.0", "11.0"],
  ]);
});

it("names what exceeds a bound, and nothing that keeps to all", () => {
  expect(exceeded(sizes(3, 30, 250, 1_000))).toEqual([]);
  const [three, thirty, many, most] = sizes(3, 30, 250, 1_000) as [Measured, Measured, Measured, Measured];
  const dear = { ...thirty, ours: { ...thirty.ours, memory: 1.31 * thirty.flat.memory } };
  expect(exceeded([three, dear])).toEqual(["30 workers, memory, MiB: 1.31 times the flat program's"]);
  // Each of the last 750 costs more than those before.
  const grown = { ...most, ours: { ...most.ours, preview: most.ours.preview + 750 * 1.65 } };
  expect(exceeded([three, thirty, many, grown])).toEqual([
    "preview, s of a further worker grows by 15 %, the flat program's by 0 %",
  ]);
  const holding = { ...most, ours: { ...most.ours, held: 1.15 * most.ours.held } };
  expect(exceeded([three, thirty, many, holding])).toEqual([
    "held, MiB of a further worker grows by 20 %, the flat program's by 0 %",
  ]);
  const littered = { ...most, ours: { ...most.ours, memory: 1.15 * most.ours.memory } };
  expect(exceeded([three, thirty, many, littered])).toEqual([
    "memory, MiB of a further worker grows by 20 %, the flat program's by 0 %",
  ]);
  // What grows in both is no matter of hostroute's alone.
  const alike = { ...littered, flat: { ...most.flat, memory: 1.2 * most.flat.memory } };
  expect(exceeded([three, thirty, many, alike])).toEqual([
    "memory, MiB of a further worker grows by 20 %, the flat program's by 27 %",
  ]);
  // The first step is no measure of growth.
  const small = { ...three, ours: { ...three.ours, bytes: three.ours.bytes * 1.05 } };
  expect(exceeded([small, thirty, many, most])).toEqual([]);
});
