#!/usr/bin/env bash
# Runs every test. Installs and starts what it needs. Last line: "N passed, N failed, N skipped" over all suites.
# With ORLEANS_FEED=<folder of genuine Orleans packages> every suite runs on both engines.
set -uo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/deploy/lib.sh"
cd "$ROOT"

need_dotnet
need_docker
need_sshd
need_postgres
need_clients
need_kubectls
need_image orc-sample/busybox:1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

passed=0 failed=0 skipped=0
LOGS=$(mktemp -d)
trap 'rm -rf "$LOGS"' EXIT

# Adds the counts of one suite, read from the runner's own closing lines.
count() { # LOG
  grep -q '^Total tests: [0-9]' "$1" || return 1
  number() { grep -E "^ +$1: [0-9]+" "$LOG" | tail -n 1 | grep -oE '[0-9]+' || echo 0; }
  local LOG=$1
  failed=$((failed + $(number Failed))) passed=$((passed + $(number Passed))) skipped=$((skipped + $(number Skipped)))
}

run_engine() { # ENGINE
  local engine=$1 project name log status before
  say "== building on the $engine engine"
  if ! dotnet build Orleans.Orchestrator.sln -c Release -p:OrleansEngine="$engine" --nologo -v q >"$LOGS/build" 2>&1; then
    grep -E 'error|warning' "$LOGS/build" | sort -u | head -n 40
    failed=$((failed + 1))
    return
  fi
  for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    case "$engine $name" in "Microsoft Orleans.Local.Tests" | "Microsoft Orchestrator.Simulation.Tests") continue ;; esac
    say "== $name ($engine)"
    log="$LOGS/$name.$engine"
    # The matrix of kubectl is done before its first test is told of: minutes, on two slow cores, that are no hang.
    timeout --signal=INT --kill-after=30 1500 dotnet test "$project" -c Release --no-build -p:OrleansEngine="$engine" --nologo \
      --logger 'console;verbosity=normal' --blame-hang-timeout 10m --blame-hang-dump-type none >"$log" 2>&1
    status=$?
    grep -E '^ +(Failed|Skipped) |^Total tests|^ +(Passed|Failed|Skipped): ' "$log"
    if [ $status -ne 0 ]; then sed -n '/^ *Failed /,/Stack Trace/p' "$log" | head -n 150; fi
    before=$failed
    if ! count "$log"; then
      tail -n 40 "$log"
      say "$name ran no test to its end (exit $status)"
      failed=$((failed + 1))
    elif [ $status -ne 0 ] && [ "$failed" -eq "$before" ]; then
      say "$name exited with $status though no test failed"
      failed=$((failed + 1))
    fi
  done
}

run_engine Local
if [ -n "${ORLEANS_FEED:-}" ]; then run_engine Microsoft; fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
