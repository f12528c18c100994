import { formatProblem } from "../settings/problem";
import { Finding } from "./finding";

/** Why an update does not begin; undefined where nothing but warnings speaks against it. */
export function refusal(findings: readonly Finding[]): string | undefined {
  const problems = findings.filter(({ warning }) => !warning);
  if (problems.length === 0) return undefined;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [
    `The plan and the cloud do not fit together: ${count}; nothing was touched:`,
    ...problems.map(formatProblem),
    "hostroute:preflight false turns these checks off.",
  ].join("\n\n");
}

/** What the operator should know all the same. @param unread what could not be read, in words */
export const warnings = (findings: readonly Finding[], unread: readonly string[]): string[] => [
  ...findings.filter(({ warning }) => warning).map(formatProblem),
  ...(unread.length > 0
    ? [`Not everything was checked before the update:\n${unread.map((line) => `  ${line}`).join("\n")}`]
    : []),
];
