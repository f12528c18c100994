# Two commands: `make up` and `make test`. Both do their own set-up. `make` alone lists all, and changes nothing.
.DEFAULT_GOAL := help
STACK ?= dev
STACKS ?= dev prod ha one octavia
SHELL := /bin/bash
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help up down status test integration e2e e2e-long chaos setup restore-drill

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.* ## / { printf "make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

up: setup ## deploys STACK: on the cloud of OS_CLOUD or OS_AUTH_URL, else on the lab
	@node --import tsx cli/main.ts up $(STACK) $(ARGS)

down: setup ## undoes `make up`
	@node --import tsx cli/main.ts down $(STACK)

restore-drill: setup ## restores STACK's last snapshot of etcd into a scratch etcd on this machine, and counts what it has
	@npm run --silent restore-drill -- $(STACK)

status: setup ## what of the lab runs
	@node --import tsx cli/main.ts status

test: setup tools ## type check, lint, unit tests
	@scripts/test.sh

integration: setup tools ## tests that start programs: a node's (etcd, keepalived, systemd, scripts) and Pulumi's providers
	@scripts/integration.sh

e2e: setup ## end-to-end checks against what `make up` brought up in the lab
	@scripts/e2e.sh

e2e-long: setup ## what takes too long for `make e2e`: STACKS, each alone in the lab, made and destroyed for it
	@failed=0; for stack in $(STACKS); do scripts/e2e-long.sh $$stack || failed=1; done; exit $$failed

chaos: setup ## faults on purpose in the lab that `make up` brought up: an hour
	@scripts/chaos.sh

# What tests check user-data with, on Debian as root; elsewhere the tests that need it say that they were skipped.
.PHONY: tools
tools:
	@scripts/test-tools.sh

# Installed once for each lock file: `npm ci` removes the stamp together with node_modules.
setup: node_modules/.installed bin/outputs.js

node_modules/.installed: package-lock.json
	@command -v npm >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends npm; }
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# `hostroute/outputs` as other programs load it. npm builds it, too, unless it was told to run no scripts.
bin/outputs.js: outputs.ts tsconfig.outputs.json tsconfig.json | node_modules/.installed
	@npm run --silent build

# An example with its packages, for example by `make examples/workload/node_modules/.installed`.
examples/%/node_modules/.installed: examples/%/package-lock.json | bin/outputs.js
	@npm ci --prefix $(<D) --no-audit --no-fund --loglevel=error
	@touch $@
