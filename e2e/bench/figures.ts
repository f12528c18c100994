/** What the tools say, as figures, and figures as tables. Plain values in and out. */

/** One run of iperf3. */
export interface Throughput {
  bytes: number;
  bitsPerSecond: number;
  retransmits: number;
}

/** One run of sockperf: microseconds of a round trip. */
export interface Latency {
  median: number;
  p99: number;
  messages: number;
}

/** Everything that is measured of one path in one round. */
export interface Sample {
  round: number;
  path: string;
  throughput: Throughput;
  oneCore: Throughput;
  latency: Latency;
}

/** Of several runs: the one in the middle, the lowest and the highest. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** What is reported: the heading, the value of one sample, and how many digits of it mean anything. */
const FIGURES = [
  { key: "throughput", heading: "Gbit/s", digits: 2, of: (sample: Sample) => sample.throughput.bitsPerSecond / 1e9 },
  {
    key: "oneCore",
    heading: "Gbit/s, one core",
    digits: 2,
    of: (sample: Sample) => sample.oneCore.bitsPerSecond / 1e9,
  },
  { key: "roundTrip", heading: "round trip, µs", digits: 1, of: (sample: Sample) => sample.latency.median },
  { key: "p99", heading: "p99, µs", digits: 1, of: (sample: Sample) => sample.latency.p99 },
] as const;

export type PathFigures = { path: string } & Record<(typeof FIGURES)[number]["key"], Spread>;

/** The result of `iperf3 --json`. @throws Error with iperf3's own message where it failed. */
export function parseIperf3(text: string): Throughput {
  const { error, end } = JSON.parse(text) as {
    error?: string;
    end?: { sum_sent?: { retransmits: number }; sum_received?: { bytes: number; bits_per_second: number } };
  };
  if (error || !end?.sum_sent || !end.sum_received?.bytes)
    throw new Error(`iperf3: ${error ?? "nothing was received"}`);
  const { bytes, bits_per_second } = end.sum_received;
  return { bytes, bitsPerSecond: bits_per_second, retransmits: end.sum_sent.retransmits };
}

/** The result of `sockperf ping-pong --full-rtt`. @throws Error where it has no percentiles. */
export function parseSockperf(text: string): Latency {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  const latency = {
    median: number(/percentile 50\.000 = +([\d.]+)/),
    p99: number(/percentile 99\.000 = +([\d.]+)/),
    messages: number(/Total (\d+) observations/),
  };
  if (Object.values(latency).some(Number.isNaN)) throw new Error(`sockperf gave no percentiles: ${text.slice(-500)}`);
  return latency;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, low: sorted[0]!, high: sorted.at(-1)! };
}

/** The figures of paths, in the order in which they are named. */
export function figuresOf(samples: readonly Sample[], paths: readonly string[]): PathFigures[] {
  return paths.map((path) => {
    const own = samples.filter((sample) => sample.path === path);
    const spreads = FIGURES.map(({ key, of }) => [key, spread(own.map(of))]);
    return { path, ...Object.fromEntries(spreads) } as PathFigures;
  });
}

/** Absolute figures as rows of cells, heading first: medians of the rounds, with lowest and highest. */
export function figureRows(figures: readonly PathFigures[]): string[][] {
  const cell = ({ median, low, high }: Spread, digits: number) =>
    `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
  return [
    ["path", ...FIGURES.map(({ heading }) => heading)],
    ...figures.map((each) => [each.path, ...FIGURES.map(({ key, digits }) => cell(each[key], digits))]),
  ];
}

/** Ratios of the medians as rows of cells, heading first. */
export function ratioRows(figures: readonly PathFigures[], pairs: readonly (readonly [string, string])[]): string[][] {
  const named = (name: string) => figures.find(({ path }) => path === name)!;
  return [
    ["ratio", ...FIGURES.map(({ heading }) => heading.replace(/, µs$/, ""))],
    ...pairs.map(([one, other]) => [
      `${one} / ${other}`,
      ...FIGURES.map(({ key }) => (named(one)[key].median / named(other)[key].median).toFixed(2)),
    ]),
  ];
}
