#!/usr/bin/env bash
# Tests that start what runs on a node, and wait for it. With an argument (etcd, units/worker): those alone whose path has it.
cd "$(dirname "$0")/.."
exec scripts/jest-report.sh jest --config tests/integration/jest.config.cjs "$@"
