#!/usr/bin/env bash
# From a fresh clone to a running cluster: ./deploy/up.sh [--data-dir DIR] [--listen ADDRESS:PORT] [--foreground]
set -euo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/deploy/lib.sh"

usage() { sed -n '2s/^# //p' "$0"; }

DATA=$([ "$(id -u)" = 0 ] && echo /var/lib/orc || echo "$HOME/.orc")
LISTEN=127.0.0.1:6443
FOREGROUND=
while [ $# -gt 0 ]; do
  case $1 in
    --data-dir) DATA=$(value "$1" "a folder" "${2:-}"); shift 2 ;;
    --listen) LISTEN=$(value "$1" "ADDRESS:PORT" "${2:-}"); shift 2 ;;
    --foreground) FOREGROUND=1; shift ;;
    -h | --help) usage; exit 0 ;;
    *) die "unknown option $1; $(usage)" ;;
  esac
done
[[ $LISTEN =~ ^[^:]+:([0-9]{1,5})$ ]] && ((10#${BASH_REMATCH[1]} >= 1 && 10#${BASH_REMATCH[1]} <= 65535)) \
  || die "--listen \"$LISTEN\" is no address: expected ADDRESS:PORT such as 127.0.0.1:6443"
MADE=
[ -e "$DATA" ] || MADE=1
mkdir -p "$DATA" 2>/dev/null && [ -w "$DATA" ] \
  || die "the data folder $DATA cannot be written by $(id -un): choose another with --data-dir, or run as its owner"
DATA=$(cd "$DATA" && pwd)
PIDFILE="$DATA/orc.pid"
KUBECONFIG_FILE="$DATA/kubeconfig"

# Nothing is left half-started: neither a process nor a folder that only this run has made.
PID=
abandon() {
  if [ -n "$PID" ]; then
    kill "$PID" 2>/dev/null || true
    wait "$PID" 2>/dev/null || true
    rm -f "$PIDFILE"
  fi
  [ -z "$MADE" ] || rm -rf "$DATA"
}
trap abandon EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

is_ready() {
  curl -skf -m 2 "https://$LISTEN/readyz" >/dev/null 2>&1
}

running_pid() {
  local pid
  pid=$(cat "$PIDFILE" 2>/dev/null) || return 1
  [ -n "$pid" ] && [ -d "/proc/$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q ' serve ' && echo "$pid"
}

next_steps() {
  cat <<TXT

The cluster is ready. Next:
  export KUBECONFIG=$KUBECONFIG_FILE
  kubectl apply -f $ROOT/config/samples/
  kubectl get pods -o wide
TXT
}

if pid=$(running_pid); then
  [ ! -f "$KUBECONFIG_FILE" ] || grep -qF "server: https://${LISTEN/#0.0.0.0:/127.0.0.1:}" "$KUBECONFIG_FILE" \
    || die "a cluster runs on $DATA already (pid $pid), at $(sed -n '/^ *server: */{s///p;q}' "$KUBECONFIG_FILE"): use it there, or stop it first with $ROOT/deploy/down.sh --data-dir $DATA"
  say "already running (pid $pid)"
  if is_ready; then next_steps; exit 0; fi
  die "process $pid runs on $DATA but does not answer on https://$LISTEN: see $DATA/orc.log, or stop it with $ROOT/deploy/down.sh --data-dir $DATA"
fi

need_dotnet
need_docker
need_image orc-sample/busybox:1
ENGINE=$(engine)
say "building on the $ENGINE engine of Orleans …"
BUILD_LOG=$(mktemp)
dotnet build "$ROOT/src/Orchestrator.Host" -c Release -p:OrleansEngine="$ENGINE" --nologo -v q >"$BUILD_LOG" 2>&1 \
  || { cat "$BUILD_LOG" >&2; rm -f "$BUILD_LOG"; die "the build failed"; }
rm -f "$BUILD_LOG"
ORC="$ROOT/src/Orchestrator.Host/bin/$ENGINE/Release/net10.0/orc"
say "starting …"

if [ -n "$FOREGROUND" ]; then
  echo $$ >"$PIDFILE"
  exec "$ORC" serve --data-dir "$DATA" --listen "$LISTEN"
fi
: >"$DATA/orc.log"
detached "$DATA/orc.log" "$ORC" serve --data-dir "$DATA" --listen "$LISTEN"
PID=$!
echo "$PID" >"$PIDFILE"
deadline=$((SECONDS + 60))
until is_ready && [ -f "$KUBECONFIG_FILE" ]; do
  if ! [ -d "/proc/$PID" ]; then
    die "$(grep -m1 '^orc: ' "$DATA/orc.log" | sed 's/^orc: //' | grep . || tail -n 3 "$DATA/orc.log")"
  fi
  if [ $SECONDS -ge $deadline ]; then
    MADE= # for the log
    die "not ready within 60 s, stopped again; the log is $DATA/orc.log"
  fi
  sleep 0.05
done
trap - EXIT
next_steps
