#!/usr/bin/env bash
# End-to-end checks against the lab that `make up` brought up.
cd "$(dirname "$0")/.."
exec scripts/jest-report.sh jest --config e2e/jest.config.cjs --runInBand
