#!/usr/bin/env bash
# End-to-end checks against the lab that `make up` brought up.
cd "$(dirname "$0")/.."
# Packages of the example that `workload` deploys, a quarter of an hour before it: installing them takes minutes of one core.
nice make --silent examples/workload/node_modules/.installed >/dev/null 2>&1 &
exec scripts/jest-report.sh jest --config e2e/jest.config.cjs --runInBand
