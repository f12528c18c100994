/** What one program took with so many workers. */
export interface Figures {
  /** CPU seconds of the program's own process at a preview. */
  evaluation: number;
  /** MiB that it had at once at most, garbage included. */
  memory: number;
  /** MiB of its heap that were no garbage at most, at the first update: what it needs. */
  held: number;
  /** In the state, components included. */
  resources: number;
  /** Of the state. */
  bytes: number;
  /** A preview's CPU seconds in all: engine, program and plugins. */
  preview: number;
}
export interface Measured {
  workers: number;
  ours: Figures;
  flat: Figures;
}

/** How much more than the flat program hostroute may take, and how much the cost of one worker may differ between sizes. */
export const MOST = { ratio: 1.3, growth: 0.1 };

const KINDS: [keyof Figures, string, (value: number) => string][] = [
  ["evaluation", "evaluation, s", (value) => value.toFixed(1)],
  ["memory", "memory, MiB", (value) => value.toFixed(0)],
  ["held", "held, MiB", (value) => value.toFixed(0)],
  ["resources", "resources", String],
  ["bytes", "state, kB", (value) => (value / 1_000).toFixed(0)],
  ["preview", "preview, s", (value) => value.toFixed(1)],
];

/** A row for each size and kind: hostroute, the flat program, and their ratio. */
export function ratioRows(measured: readonly Measured[]): string[][] {
  const rows = measured.flatMap(({ workers, ours, flat }) =>
    KINDS.map(([kind, name, shown]) => [
      String(workers),
      name,
      shown(ours[kind]),
      shown(flat[kind]),
      (ours[kind] / flat[kind]).toFixed(2),
    ]),
  );
  return [["workers", "", "hostroute", "flat", "ratio"], ...rows];
}

/** What each further worker costs one of the programs from one size to the next. */
export function perWorker(measured: readonly Measured[], kind: keyof Figures, of: "ours" | "flat" = "ours"): number[] {
  return measured.slice(1).map((now, i) => {
    const before = measured[i]!;
    return (now[of][kind] - before[of][kind]) / (now.workers - before.workers);
  });
}

/** A row for each kind: the cost of a further worker from size to size. */
export function growthRows(measured: readonly Measured[]): string[][] {
  const steps = measured.slice(1).map(({ workers }, i) => `${measured[i]!.workers} to ${workers}`);
  const cell = (value: number) => value.toPrecision(3);
  return [
    ["each further worker", ...steps],
    ...KINDS.map(([kind, name]) => [
      name,
      ...perWorker(measured, kind).map((cost) => cell(kind === "bytes" ? cost / 1_000 : cost)),
    ]),
  ];
}

/** What exceeds its bound, in words. Growth is judged from the third size on: below, what all clusters have weighs more. */
export function exceeded(measured: readonly Measured[]): string[] {
  const ratios = measured.flatMap(({ workers, ours, flat }) =>
    KINDS.flatMap(([kind, name]) => {
      const ratio = ours[kind] / flat[kind];
      return ratio > MOST.ratio ? [`${workers} workers, ${name}: ${ratio.toFixed(2)} times the flat program's`] : [];
    }),
  );
  const growth = KINDS.flatMap(([kind, name]) => {
    const [ours, flat] = [growths(measured, kind, "ours"), growths(measured, kind, "flat")];
    return ours.flatMap((by, i) =>
      by > MOST.growth
        ? [`${name} of a further worker grows by ${percent(by)}, the flat program's by ${percent(flat[i]!)}`]
        : [],
    );
  });
  return [...ratios, ...growth];
}

/** By how much of itself a further worker's cost grows from step to step, the first step left out. */
function growths(measured: readonly Measured[], kind: keyof Figures, of: "ours" | "flat"): number[] {
  const [, ...later] = perWorker(measured, kind, of);
  return later.slice(1).map((cost, i) => cost / later[i]! - 1);
}

// Not "-0 %".
const percent = (part: number) => `${Math.round(100 * part) || 0} %`;
