#!/usr/bin/env bash
# Everything that must hold before a change lands: format and lint, types, unit tests, the real parts, the browser.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/setup.sh
setup_node
setup_system test
export PATH="$PWD/node_modules/.bin:$PATH"
setup_build

step() { printf '\n== %s\n' "$1"; shift; "$@"; }
step 'lint' biome check --error-on-warnings .
step 'dead exports' knip --no-progress
step 'licenses' node scripts/check-licenses.ts
step 'types' npm run --silent typecheck
# Fuzzing goes on for minutes, on demand: npm run fuzz.
step 'tests' vitest run --project '!fuzz' "$@"
