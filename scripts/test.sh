#!/usr/bin/env bash
# Type check, lint and unit tests; ends with "N passed, N failed", counted from jest's own report.
set -uo pipefail
cd "$(dirname "$0")/.."
step() {
  local start=$SECONDS
  "$@"
  local code=$?
  printf '%s: %s s\n' "$1 ${2:-} ${3:-}" $((SECONDS - start))
  return $code
}
static() {
  local failed=0
  step npm run --silent typecheck || failed=1
  # What eslint knows of a file is kept with the file's content: a change elsewhere that alters a type is tsc's to find.
  step eslint . --cache --cache-strategy content --cache-location node_modules/.cache/eslint/ || failed=1
  # At a place of its own: a run without a cache, as by an editor, removes the one at the usual place.
  step prettier --check . --log-level warn --cache --cache-strategy content --cache-location node_modules/.cache/prettier/tests || failed=1
  return $failed
}
# Beside the tests, some of which wait for timers and networks; shown before their summary.
said=$(mktemp)
trap 'rm -f "$said"' EXIT
static >"$said" 2>&1 &
static=$!
failed=0
tests=$(step scripts/jest-report.sh jest --coverage --coverageReporters=text-summary) || failed=1
wait "$static" || failed=1
cat "$said"
echo "$tests" | sed '$!d'
echo "$tests" | sed '$d'
exit $failed
