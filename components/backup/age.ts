import { Latest } from "./store/swift";

/** How many snapshots may be late before somebody is told: one may have met a leader that changed, or a store that was away for a moment. */
const LATE = 2;
/** How long a large one may take, in seconds. */
const TAKES = 600;

/** Where a cluster's snapshots are, and how often one is to come. */
export interface Expected {
  container: string;
  folder: string;
  /** Seconds. */
  interval: number;
}

/**
 * What an operator is told of the last snapshot, on one line.
 * @param now milliseconds since 1970
 */
export function snapshotAge(
  latest: Latest | undefined,
  { container, folder, interval }: Expected,
  now: number,
): string {
  const place = `${container}/${folder}`;
  if (!latest)
    return `Warning: no snapshot of etcd is in ${place} yet. On control-plane nodes: journalctl -u hostroute-etcd-snapshot`;
  const seconds = Math.max(0, Math.round((now - Date.parse(latest.time)) / 1000));
  const said = `last snapshot of etcd: ${latest.name} in ${place}, ${lasting(seconds)} old, ${latest.keys} keys, ${latest.size} bytes`;
  if (seconds <= LATE * interval + TAKES) return said;
  return `Warning: ${said}; one is due every ${lasting(interval)}. On control-plane nodes: journalctl -u hostroute-etcd-snapshot`;
}

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/** `3 h`: the largest unit of which there are two or more. */
function lasting(seconds: number): string {
  const [size, name] = UNITS.find(([each]) => seconds >= 2 * each) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${name}`;
}
