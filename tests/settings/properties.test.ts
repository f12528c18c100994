import fc from "fast-check";
import { ConfigurationError, formatProblem } from "../../components/settings/problem";
import { ClusterSpec } from "../../components/settings/resolve";
import { configurationWarnings } from "../../components/settings/warnings";
import { specFrom } from "../../config";
import { nestedRaw } from "./configurations";
import * as stages from "./laterStages";

/** What the program makes of a configuration: all that it needs, or problems that an operator can read. */
function outcome(raw: Record<string, unknown>): ClusterSpec | readonly string[] {
  try {
    return specFrom(raw);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(formatProblem);
  }
}

/** One line for what is wrong, one for the way out, and nothing that a terminal would obey. A release without digests has its files listed, too. */
const MESSAGE = /^hostroute:[^\p{Cc}]+\n {2}[^\p{Cc}]+(\n {4}dl\.k8s\.io\/release\/v[\w./-]+)*$/u;
const RUNS = 120;
/** Rendering every document is the slow part: what was accepted first stands for the rest. */
const RENDERED = 12;

it("accepts no random nested configuration that a later stage refuses, and says of all others what is wrong", () => {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(nestedRaw, (raw) => {
      const made = outcome(raw);
      if (Array.isArray(made)) {
        seen.refused += 1;
        expect(made.length).toBeGreaterThan(0);
        expect(made.filter((text: string) => !MESSAGE.test(text))).toEqual([]);
        return;
      }
      const spec = made as ClusterSpec;
      seen.accepted += 1;
      stages.certificates(spec);
      stages.addresses(spec);
      stages.urls(spec);
      stages.nodeObjects(spec);
      stages.servers(spec);
      stages.dnsAndPorts(spec);
      configurationWarnings(spec);
      if (seen.accepted <= RENDERED) stages.userData(spec);
    }),
    { numRuns: RUNS, examples: [[{ clusterName: "Dev", kubernetesVersion: "1.6.3" }]] },
  );
  expect(seen.accepted).toBeGreaterThan(RUNS / 10);
  expect(seen.refused).toBeGreaterThan(RUNS / 10);
});
