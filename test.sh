#!/usr/bin/env bash
# Installs what the tests need and is missing, builds everything and runs every test. --long runs the long ones too.
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")"

stuck_after=8m
case "${1-}" in
  "") ;;
  --long) export CORRELATION_TEST_LONG=1 stuck_after=60m ;;
  *) echo "usage: ./test.sh [--long]" >&2; exit 2 ;;
esac

stop() { echo "$1" >&2; echo "0 passed, 1 failed"; exit 1; }
tests/install.sh || stop "The tests were not run: see above what could not be installed."
dotnet build Correlation.sln -c Release -v quiet --nologo -nodeReuse:false || stop "The tests were not run: the build failed."

# A counter of the result file, 0 when the file or the counter is missing.
count() { grep -oE "<Counters [^>]*" "$results" 2>/dev/null | grep -oE " $1=\"[0-9]+" | grep -oE '[0-9]+' || echo 0; }

passed=0 failed=0 started=$SECONDS
rm -rf artifacts/tests
for project in Grains.Tests Silo.Tests Gateway.Tests Simulation EndToEnd; do
  results=artifacts/tests/$project.trx project_started=$SECONDS
  # A test that hangs, and the one during which the process died, are named by --blame.
  dotnet test "tests/$project" -c Release --no-build --nologo --logger "trx;LogFileName=$project.trx" \
    --results-directory artifacts/tests --blame-hang-timeout "$stuck_after" --blame-hang-dump-type none 2>&1
  status=$?
  p=$(count passed) f=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted)))
  # A run that ended badly without naming a failed test (a crash, a file that did not load) is a failure as well.
  [ "$status" -ne 0 ] && [ "$f" -eq 0 ] && f=1
  echo "== $project: $p passed, $f failed, $((SECONDS - project_started)) s"
  passed=$((passed + p)) failed=$((failed + f))
done
echo "== all tests: $((SECONDS - started)) s"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
