/** Time and chance as the client sees them, in one object so that tests need not wait. */
export const clock = {
  /** Milliseconds since 1970. */
  now: (): number => Date.now(),
  sleep: (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  /** From 0 to 1. */
  random: (): number => Math.random(),
};
