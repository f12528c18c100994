import {
  figureRows,
  figuresOf,
  parseIperf3,
  parseSockperf,
  ratioRows,
  Sample,
  spread,
} from "../../../e2e/bench/figures";

/** What sockperf 3.7 prints, without the lines nobody reads. */
const SOCKPERF = `sockperf: [Valid Duration] RunTime=1.550 sec; SentMessages=34242; ReceivedMessages=34242
sockperf: \u001b[2;35m====> avg-rtt=45.208 (std-dev=69.780)\u001b[0m
sockperf: \u001b[2;35mTotal 34242 observations\u001b[0m; each percentile contains 342.42 observations
sockperf: ---> <MAX> observation = 3875.182
sockperf: ---> percentile 99.900 =  743.549
sockperf: ---> percentile 99.000 =  141.936
sockperf: ---> percentile 50.000 =   51.365
`;

const sample = (path: string, gigabits: number, median: number): Sample => ({
  round: 1,
  path,
  throughput: { bytes: 1, bitsPerSecond: gigabits * 1e9, retransmits: 0 },
  oneCore: { bytes: 1, bitsPerSecond: gigabits * 2e9, retransmits: 0 },
  latency: { median, p99: median * 10, messages: 1 },
});
const SAMPLES = [
  ...[sample("host", 12, 10), sample("host", 8, 14), sample("host", 10, 11)],
  ...[sample("routed", 9, 20), sample("routed", 5, 22), sample("routed", 8, 21)],
];

it("reads what iperf3's receiver got, and what the sender had to send again", () => {
  const end = {
    sum_sent: { bytes: 5_000_000, bits_per_second: 9e9, retransmits: 7 },
    sum_received: { bytes: 4_000_000, bits_per_second: 8e9 },
  };
  expect(parseIperf3(JSON.stringify({ end }))).toEqual({ bytes: 4_000_000, bitsPerSecond: 8e9, retransmits: 7 });
});

it("takes no run of iperf3 that failed or moved nothing", () => {
  const error = "unable to connect to server: Connection refused";
  expect(() => parseIperf3(JSON.stringify({ error, end: {} }))).toThrow(error);
  expect(() => parseIperf3(JSON.stringify({ end: {} }))).toThrow("nothing was received");
});

it("reads sockperf's percentiles, and takes no run without", () => {
  expect(parseSockperf(SOCKPERF)).toEqual({ median: 51.365, p99: 141.936, messages: 34242 });
  expect(() => parseSockperf("sockperf: No messages were received from the server.")).toThrow("No messages were");
});

it.each([
  [[3, 10, 1], { median: 3, low: 1, high: 10 }],
  [[4, 1, 3, 2], { median: 2.5, low: 1, high: 4 }],
  [[7], { median: 7, low: 7, high: 7 }],
])("the spread of %j", (values, expected) => {
  expect(spread(values)).toEqual(expected);
});

it("reports medians with lowest and highest, and the ratios of medians", () => {
  const figures = figuresOf(SAMPLES, ["host", "routed"]);
  expect(figureRows(figures)).toEqual([
    ["path", "Gbit/s", "Gbit/s, one core", "round trip, µs", "p99, µs"],
    ["host", "10.00 (8.00–12.00)", "20.00 (16.00–24.00)", "11.0 (10.0–14.0)", "110.0 (100.0–140.0)"],
    ["routed", "8.00 (5.00–9.00)", "16.00 (10.00–18.00)", "21.0 (20.0–22.0)", "210.0 (200.0–220.0)"],
  ]);
  expect(ratioRows(figures, [["routed", "host"]])).toEqual([
    ["ratio", "Gbit/s", "Gbit/s, one core", "round trip", "p99"],
    ["routed / host", "0.80", "0.80", "1.91", "1.91"],
  ]);
});
