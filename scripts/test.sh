#!/usr/bin/env bash
# Type check, lint and unit tests; ends with "N passed, N failed", counted from jest's own report.
set -uo pipefail
cd "$(dirname "$0")/.."
step() {
  local start=$SECONDS
  "$@"
  local code=$?
  printf '%s: %s s\n' "$*" $((SECONDS - start))
  return $code
}
failed=0
step npm run --silent typecheck || failed=1
step eslint . || failed=1
step prettier --check . --log-level warn || failed=1
step scripts/jest-report.sh jest --coverage --coverageReporters=text-summary || failed=1
exit $failed
