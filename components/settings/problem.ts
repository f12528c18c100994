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

const shown = (value: unknown): string => {
  if (value === undefined) return "";
  const text = typeof value === "string" && value !== "" ? value : JSON.stringify(value);
  return ` ${text.length > 80 ? `${text.slice(0, 77)}...` : text}`;
};

/** A problem as the operator reads it. */
export function formatProblem({ key, value, problem, remedy }: Problem): string {
  return `hostroute:${key}${shown(value)} ${problem}.\n  ${remedy}`;
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
