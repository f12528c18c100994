/** A part of a run, in milliseconds of the machine's clock: OpenStack and Kubernetes tell their times by the same one. */
export interface Phase {
  name: string;
  start: number;
  end: number;
  /** What is there at its end. */
  reached: string;
}

/** The parts of the lab's own start, as they ended. Parts may overlap. */
export const ownPhases: Phase[] = [];

/** Measures a part of the lab's own start. */
export async function timed<T>(name: string, reached: string, work: Promise<T>): Promise<T> {
  const start = Date.now();
  const result = await work;
  ownPhases.push({ name, start, end: Date.now(), reached });
  return result;
}
