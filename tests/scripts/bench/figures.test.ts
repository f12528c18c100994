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

describe("what exceeds a bound", () => {
  const [three, thirty, many, more, most] = sizes(3, 30, 250, 500, 1_000) as [
    Measured,
    Measured,
    Measured,
    Measured,
    Measured,
  ];
  const costing = (kind: keyof Figures, times: number, { ours, ...rest }: Measured): Measured => ({
    ...rest,
    ours: { ...ours, [kind]: times * ours[kind] },
  });

  it("is named, and nothing that keeps to all", () => {
    expect(exceeded([three, thirty, many, more, most])).toEqual([]);
    const dear = { ...thirty, ours: { ...thirty.ours, memory: 1.31 * thirty.flat.memory } };
    expect(exceeded([three, dear])).toEqual(["30 workers, memory, MiB: 1.31 times the flat program's"]);
    // Each of the last 750 costs more than those before.
    const grown = { ...most, ours: { ...most.ours, preview: most.ours.preview + 750 * 1.65 } };
    expect(exceeded([three, thirty, many, grown])).toEqual([
      "preview, s of a further worker grows by 15 %, the flat program's by 0 %",
    ]);
    // The first step is no measure of growth.
    expect(exceeded([costing("bytes", 1.05, three), thirty, many, more, most])).toEqual([]);
  });

  it.each<[keyof Figures, string]>([
    ["held", "held, MiB"],
    ["memory", "memory, MiB"],
  ])("is %s that grows from a size on that has only a part of its workers under way at once", (kind, name) => {
    expect(exceeded([thirty, many, more, costing(kind, 1.1, most)])).toEqual([
      `${name} of a further worker grows by 20 %, the flat program's by 0 %`,
    ]);
    expect(exceeded([costing(kind, 1.15, thirty), many, more, most])).toEqual([]);
  });

  it("is so whatever the flat program does", () => {
    const { flat, ...rest } = costing("memory", 1.1, most);
    const alike = { ...rest, flat: { ...flat, memory: 1.2 * flat.memory } };
    expect(exceeded([thirty, many, more, alike])).toEqual([
      "memory, MiB of a further worker grows by 20 %, the flat program's by 40 %",
    ]);
  });
});
