/** What is wrong with a text, as the rest of a sentence that begins with it, and the way out. */
export interface Wrong {
  problem: string;
  remedy: string;
}

/** A rule for one text: what is wrong with it, or undefined when nothing is. Pure, and free of exceptions. */
export type Form = (value: string) => Wrong | undefined;

/** A rule that a text keeps or breaks, whatever is in it. */
export const rule =
  (kept: (value: string) => boolean, problem: string, remedy: string): Form =>
  (value) =>
    kept(value) ? undefined : { problem, remedy };

/** The first of the rules that a text breaks. */
export const allOf =
  (...forms: Form[]): Form =>
  (value) => {
    for (const form of forms) {
      const wrong = form(value);
      if (wrong) return wrong;
    }
    return undefined;
  };
