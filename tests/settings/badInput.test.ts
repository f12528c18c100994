import { ConfigurationError, formatProblem, Problem } from "../../components/settings/problem";
import { configurationWarnings } from "../../components/settings/warnings";
import { specFrom } from "../../config";
import { neutronSubnet, specOf } from "../fixtures";
import { BAD_INPUT } from "./badInput";
import { GOOD_INPUT } from "./goodInput";

/** What stops a `pulumi up` before anything is made. */
function problemsOf(raw: Record<string, unknown>): readonly Problem[] {
  try {
    specFrom({ clusterName: "dev", ...raw }, undefined, neutronSubnet());
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

it.each(BAD_INPUT.map((row) => [row.kind, row] as const))("refuses %s", (_kind, { raw, key }) => {
  const problems = problemsOf(raw);
  const found = problems.filter((problem) => problem.key === key);
  expect(problems.map((problem) => problem.key)).toContain(key);
  for (const { value, problem, remedy } of found) {
    if (problem !== "is missing") expect(value).toBeDefined();
    expect(problem).toMatch(/^[a-z]/);
    // A way out, in whole sentences.
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  }
});

it("counts the kinds, and how many of them were accepted before", () => {
  expect(new Set(BAD_INPUT.map(({ kind }) => kind)).size).toBe(BAD_INPUT.length);
  const accepted = BAD_INPUT.filter(({ before }) => before === "accepted").length;
  expect({ kinds: BAD_INPUT.length, acceptedBefore: accepted }).toEqual({ kinds: 407, acceptedBefore: 284 });
});

it.each(GOOD_INPUT)("takes %s", (_kind, raw) => {
  expect(problemsOf(raw).map(formatProblem)).toEqual([]);
});

it("shows a terminal nothing that it would obey", () => {
  const flavor = "m1\u001b[2J\u009b";
  const problems = problemsOf({ controlPlane: { flavor }, "a\u001b": 1 });
  expect(problems.map((problem) => formatProblem(problem).split("\n")[0])).toEqual([
    "hostroute:controlPlane.flavor m1\\u001b[2J\\u009b contains characters that cannot be seen.",
    "hostroute:a\\u001b 1 is not a known key.",
  ]);
});

it("warns once of each list that admits everybody, or nearly", () => {
  const access = {
    ssh: ["0.0.0.0/0", "198.51.100.0/24"],
    api: ["0.0.0.0/1", "128.0.0.0/1"],
    nodePorts: ["10.0.0.0/8"],
  };
  expect(configurationWarnings(specOf({ access }))).toEqual([
    "hostroute:access.ssh 0.0.0.0/0 opens SSH on all nodes to everybody",
    "hostroute:access.api 0.0.0.0/1, 128.0.0.0/1 opens the Kubernetes API to a large part of the Internet",
  ]);
  expect(configurationWarnings(specOf())).toEqual([]);
});
