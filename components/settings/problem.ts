import * as pulumi from "@pulumi/pulumi";

/** One thing wrong in the configuration. */
export interface Problem {
  /** The configuration key with its path, for example `workerPools[1].firstSlot`; without the project's name. */
  key: string;
  /** The value found there. */
  value: unknown;
  /** What is wrong, as the rest of a sentence that begins with key and value. */
  problem: string;
  /** The way out, as whole sentences. */
  remedy: string;
}

/** What would move a terminal's cursor, or not be seen at all, as its escape. */
const visible = (text: string) =>
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\p{Surrogate}/gu, (found) => {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });

const shown = (value: unknown): string => {
  if (value === undefined) return "";
  // Quotes show spaces at the ends.
  const plain = typeof value === "string" && value !== "" && value.trim() === value;
  const text = visible(plain ? value : JSON.stringify(value));
  return ` ${text.length > 80 ? `${text.slice(0, 77)}...` : text}`;
};

/** A problem as the operator reads it. */
export function formatProblem({ key, value, problem, remedy }: Problem): string {
  return `hostroute:${visible(key)}${shown(value)} ${problem}.\n  ${remedy}`;
}

/**
 * Thrown before any resource is registered, with every problem of the configuration.
 * A `RunError`, so that the CLI prints the message and no stack.
 */
export class ConfigurationError extends pulumi.RunError {
  constructor(readonly problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`The configuration has ${count}; nothing was changed:\n\n${problems.map(formatProblem).join("\n\n")}\n`);
  }
}
