import { Problem } from "../settings/problem";
import { Facts } from "./facts";
import { Needs } from "./needs";

/** Something that speaks against the plan; as a warning where it may go well all the same. */
export type Finding = Problem & { warning?: true };

/** One aspect of the plan against what the cloud has: pure, and silent where the facts for it are missing. */
export type Check = (needs: Needs, facts: Facts) => Finding[];

/** A number with a noun that takes an s. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** `a`, `a and b`, `a, b and c`. */
export const listed = (names: readonly string[]): string => names.join(", ").replace(/, ([^,]*)$/, " and $1");
