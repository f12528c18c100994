import { distance } from "fastest-levenshtein";

/** How many names are offered where none is near. */
const MOST = 8;

/**
 * The way out of a name that the cloud does not know: the nearest ones, else all there are, or the first of them.
 * @param what the names are of, in the plural
 */
export function suggestion(wrong: string, names: readonly string[], what: string): string {
  const near = (name: string) => distance(wrong.toLowerCase(), name.toLowerCase());
  const sorted = [...new Set(names)].sort((one, other) => near(one) - near(other) || (one < other ? -1 : 1));
  const close = sorted.filter((name) => near(name) <= Math.max(2, Math.floor(wrong.length / 3))).slice(0, 3);
  return close.length > 0 ? `Did you mean ${close.join(" or ")}?` : choice(sorted, what);
}

/** What there is to choose from. */
export function choice(names: readonly string[], what: string): string {
  if (names.length === 0) return `There are no ${what} that the project can use: ask the cloud's operator.`;
  const rest = names.length > MOST ? ` and ${names.length - MOST} more` : "";
  return `The cloud has ${names.slice(0, MOST).join(", ")}${rest}.`;
}
