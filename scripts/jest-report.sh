#!/usr/bin/env bash
# Runs jest (the arguments) with a machine-readable report, and closes with the plain line that CI counts. Before it come the ends of what failed tests
# said: of a long log, people often have the end alone.
set -uo pipefail
report=$(mktemp)
trap 'rm -f "$report"' EXIT
"$@" --json --outputFile="$report" >&2
code=$?
node -e '
  const report = JSON.parse(require("fs").readFileSync(process.argv[1]));
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites, testResults } = report;
  const said = (text) => text.replace(/\x1b\[[0-9;]*m/g, "").split("\n").filter((line) => line.trim() && !/^ +at /.test(line));
  for (const { fullName, status, failureMessages } of testResults.flatMap(({ assertionResults }) => assertionResults))
    if (status === "failed") console.error([`failed: ${fullName}`, ...said(failureMessages.join("\n")).slice(-20)].join("\n  "));
  const skipped = numPendingTests ? `, ${numPendingTests} skipped` : "";
  console.log(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`);
' "$report" || code=1
exit $code
