#!/usr/bin/env bash
# What takes too long for every run: a stack alone in the lab, brought up for it and taken down again.
# The argument is the stack: `dev` or `prod`, the committed ones, or one made for this: `ha`, `one`, `octavia`.
set -eu
cd "$(dirname "$0")/.."
export STACK=$1
own=e2e/long/$STACK/Pulumi.$STACK.yaml
if [ -e "$own" ]; then export STACK_FILE=$own; fi
# The mirror has both releases from the beginning: building one takes minutes.
case $STACK in ha | one) export HOSTROUTE_LAB_RELEASES=1.36.3 ;; esac
trap 'node --import tsx cli/main.ts down $STACK' EXIT
node --import tsx cli/main.ts down "$STACK"
node --import tsx cli/main.ts up "$STACK"
scripts/jest-report.sh jest --config e2e/jest.long.config.cjs --runInBand
