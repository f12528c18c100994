/** What of a cluster's keys is rotated, by the name that it has in `hostroute:keys`. */
export const ROTATED = ["authorities", "serviceAccount", "encryption"] as const;
export type Rotated = (typeof ROTATED)[number];

/** Which generations of a key there are. The first is the one that every cluster begins with, unless its configuration says otherwise. */
export interface Generations {
  /** Those that are trusted, accepted, or read. */
  known: readonly number[];
  /** The one of them that signs, or encrypts. */
  used: number;
}
export type KeyGenerations = Record<Rotated, Generations>;

/** What a key is by generation. */
export type ByGeneration<T> = Record<string, T>;

export const FIRST: Generations = { known: [1], used: 1 };
export const FIRST_OF_ALL: KeyGenerations = { authorities: FIRST, serviceAccount: FIRST, encryption: FIRST };

/** The known generations, the oldest first. */
export const inOrder = ({ known }: Generations): number[] => [...known].sort((one, other) => one - other);

/** The known generations, the one that is used first. */
export const usedFirst = (generations: Generations): number[] => [
  generations.used,
  ...inOrder(generations).filter((each) => each !== generations.used),
];

/** A name of the first generation is the one that it had when there were no others. */
export const nameOf = (name: string, generation: number): string => (generation === 1 ? name : `${name}-${generation}`);

/** As an operator writes it. */
export const shown = (generations: Generations): string =>
  `known [${inOrder(generations).join(", ")}], used ${generations.used}`;

/** Whether both are the same, in whatever order they are written. */
export const same = (one: Generations, other: Generations): boolean => shown(one) === shown(other);
