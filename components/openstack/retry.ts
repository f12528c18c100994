import { clock } from "./clock";

/** What one attempt came to. */
export interface Outcome<T> {
  /** Gives the result, or throws the failure. */
  result: () => T;
  /** Whether another attempt may do better. */
  again: boolean;
  /** The least time to wait before it, in milliseconds, where the server has said one. */
  wait?: number | undefined;
}

/** For how long attempts are repeated: an API that is restarted or fails over is back by then, and an operator still waits. */
const TOTAL = 120_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;

/**
 * Repeats an attempt until it succeeds, fails for good, or two minutes are over (or `total` milliseconds); then its last result or failure counts. Pauses
 * double, and half of each is random, so that two programs in each other's way do not stay so.
 */
export async function retried<T>(attempt: () => Promise<Outcome<T>>, total = TOTAL): Promise<T> {
  const end = clock.now() + total;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const { result, again, wait = 0 } = await attempt();
    const rest = Math.max(wait, (pause * (1 + clock.random())) / 2);
    if (!again || clock.now() + rest > end) return result();
    await clock.sleep(rest);
  }
}
