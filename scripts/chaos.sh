#!/usr/bin/env bash
# Faults on purpose, against the lab that `make up` brought up; outcomes are kept in .lab/chaos.json.
cd "$(dirname "$0")/.."
exec scripts/jest-report.sh jest --config e2e/jest.chaos.config.cjs --runInBand
