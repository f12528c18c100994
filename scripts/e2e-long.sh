#!/usr/bin/env bash
# What takes too long for every run: a stack of its own in the lab, alone there, and what may happen to it.
# The argument is the stack: `ha`, `one` or `octavia`, made for this, or `prod`, the committed one.
set -eu
cd "$(dirname "$0")/.."
export STACK=$1
if [ "$STACK" != prod ]; then export STACK_FILE=e2e/long/$STACK/Pulumi.$STACK.yaml; fi
# The mirror has both releases from the beginning: building one takes minutes.
case $STACK in ha | one) export HOSTROUTE_LAB_RELEASES=1.36.3 ;; esac
trap 'node --import tsx cli/main.ts down $STACK' EXIT
node --import tsx cli/main.ts down $STACK
node --import tsx cli/main.ts up $STACK
scripts/jest-report.sh jest --config e2e/jest.long.config.cjs --runInBand
