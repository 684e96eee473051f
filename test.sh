#!/usr/bin/env bash
# Builds everything and runs every test.
set -uo pipefail
cd "$(dirname "$0")"

dotnet build Correlation.sln -c Release -v quiet --nologo || { echo "0 passed, 1 failed"; exit 1; }

passed=0 failed=0
for project in Grains.Tests Silo.Tests Gateway.Tests Simulation EndToEnd; do
  output=$(dotnet test "tests/$project" -c Release --no-build --nologo 2>&1); status=$?
  echo "$output"
  p=$(sed -nE 's/.*Passed: +([0-9]+).*/\1/p' <<<"$output" | tail -1)
  f=$(sed -nE 's/.*Failed: +([0-9]+).*/\1/p' <<<"$output" | tail -1)
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
  [ "$status" -ne 0 ] && [ "${f:-0}" -eq 0 ] && failed=$((failed + 1))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
