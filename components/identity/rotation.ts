import {
  ByGeneration,
  FIRST_OF_ALL,
  Generations,
  KeyGenerations,
  Rotated,
  ROTATED,
  same,
  shown,
} from "../settings/generations";

/** What decides whether generations of keys may follow on what a cluster has, beside what the last update wanted. */
export interface Rotation {
  /** What the last update that ended well brought; undefined: none has yet. */
  ended?: KeyGenerations | undefined;
  /** Whether servers of the control plane stay as they are, whatever changes. */
  controlPlaneStays: boolean;
  /** The generations in the keys that a new stack is given, if it is given any. */
  given?: Record<Rotated, number[]> | undefined;
}

/**
 * What nodes may have of each key: what the last update brought or began to, and what the last one brought that ended well.
 * @param noted what the last one wanted; undefined: the stack is new, or of a version that knew one generation
 */
const running = (noted: KeyGenerations | undefined, ended: KeyGenerations | undefined, runs: boolean) =>
  [noted ?? (runs ? FIRST_OF_ALL : undefined), ended].filter((each) => each !== undefined);

/**
 * Why generations of keys must not follow on what a cluster has, in one message with the ways out; undefined where they may.
 * While an update brings them, some nodes have the old ones and some the new ones. So what is used by either has to be known to both.
 * @param runs whether the stack has been updated before
 */
export function rotationRefusal(
  noted: KeyGenerations | undefined,
  wanted: KeyGenerations,
  { ended, controlPlaneStays, given }: Rotation,
  runs: boolean,
): string | undefined {
  const before = running(noted, ended, runs);
  const lines = ROTATED.flatMap((kind) => {
    const all = before.map((each) => each[kind]);
    const problems =
      all.length > 0 ? step(kind, all, wanted[kind], controlPlaneStays) : begun(given?.[kind], wanted[kind]);
    if (problems.length === 0) return [];
    const has = [...new Set(all.map(shown))].join("; or ");
    return [
      `  hostroute:keys.${kind} is ${shown(wanted[kind])}${has === "" ? "" : `, and nodes have ${has}`}:`,
      ...problems.map((problem) => `    ${problem}`),
    ];
  });
  if (lines.length === 0) return undefined;
  return ["Generations of keys cannot follow on what there is; nothing was touched.", ...lines].join("\n");
}

/** What is wrong with a step of one key. */
function step(
  kind: Rotated,
  before: readonly Generations[],
  wanted: Generations,
  controlPlaneStays: boolean,
): string[] {
  if (before.every((each) => same(each, wanted))) return [];
  const list = (numbers: readonly number[]) => `[${[...new Set(numbers)].sort((a, b) => a - b).join(", ")}]`;
  const last = before[0]!;
  const known = before.flatMap((each) => each.known);
  const old = wanted.known.filter((n) => !known.includes(n) && n < Math.max(...known));
  const unknown = before.some((each) => !each.known.includes(wanted.used));
  const dropped = before.find((each) => !wanted.known.includes(each.used));
  return [
    ...(old.length > 0
      ? [
          `a generation that has gone does not come back, and a new one is higher than ${Math.max(...known)}: not ${list(old)}.`,
        ]
      : []),
    ...(unknown
      ? [
          `generation ${wanted.used} is not known to all nodes yet. First set known to ${list([last.used, wanted.used])} and used to ${last.used}, and ` +
            "run pulumi up until it ends well.",
        ]
      : []),
    ...(dropped && !unknown
      ? [
          `generation ${dropped.used} may still be in use. First set known to ${list([dropped.used, wanted.used])} and used to ${wanted.used}, and ` +
            "run pulumi up until it ends well.",
        ]
      : []),
    // Nodes that trust one are not told to forget it, unless there is one after it.
    ...(kind === "authorities" && !wanted.known.includes(Math.max(...known))
      ? [`authorities have no way back: leave ${Math.max(...known)} among known.`]
      : []),
    // Whom to trust reaches running servers.
    ...(controlPlaneStays && kind !== "authorities"
      ? [
          "the only control-plane server stays as it was made, so it would never have them. Set hostroute:snapshots.container in an update before, and " +
            "hostroute:controlPlane.keepServer to false; or set the keys back.",
        ]
      : []),
  ];
}

/** What is wrong with the first ones of a new stack: keys that were given have numbers, too. */
function begun(given: readonly number[] | undefined, { known }: Generations): string[] {
  const text = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b).join(", ");
  if (!given || text(given) === text(known)) return [];
  return [`hostroute:recovery has keys of generations [${text(given)}]. Set known to those.`];
}

/** The generations of keys by their numbers. */
export const numbersOf = (all: ByGeneration<unknown>): number[] => Object.keys(all).map(Number);
