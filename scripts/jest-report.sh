#!/usr/bin/env bash
# Runs jest (the arguments) with a machine-readable report, and closes with the plain line that CI counts.
set -uo pipefail
report=$(mktemp)
trap 'rm -f "$report"' EXIT
"$@" --json --outputFile="$report" >&2
code=$?
node -e '
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(require("fs").readFileSync(process.argv[1]));
  const skipped = numPendingTests ? `, ${numPendingTests} skipped` : "";
  console.log(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`);
' "$report" || code=1
exit $code
