import { Problem } from "../problem";
import { WorkerPoolSettings } from "../schema";
import { has, Values } from "../values";

/** A rule between keys: pure, and independent of what other rules found. */
export type Check = (values: Partial<Values>) => Problem[];

/** A check that has nothing to say as long as one of the values which it needs is unknown. */
export const check =
  <K extends keyof Values>(needs: readonly K[], find: (values: Pick<Values, K>) => Problem[]): Check =>
  (values) =>
    needs.every((key) => key in values) ? find(values as Pick<Values, K>) : [];

/** A pool in its place, of which some members are known. */
export type PoolWith<K extends keyof WorkerPoolSettings> = Pick<WorkerPoolSettings, K> & {
  /** The pool's key, `workerPools[0]`. */
  key: string;
  /** What to call it: its name, where that is known. */
  title: string;
};

/** The pools of which these members are known: what is malformed in another pool, or elsewhere in this one, does not matter. */
export function poolsWith<K extends keyof WorkerPoolSettings>(
  pools: Values["pools"],
  ...members: readonly K[]
): PoolWith<K>[] {
  return pools.flatMap((pool, place) => {
    const key = `workerPools[${place}]`;
    return has<WorkerPoolSettings, K>(pool, members) ? [{ ...pool, key, title: pool.name ?? key }] : [];
  });
}
