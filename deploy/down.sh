#!/usr/bin/env bash
# Stops the cluster: ./deploy/down.sh [--data-dir DIR] [--purge]   (--purge removes its containers and data, too)
set -euo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/deploy/lib.sh"

usage() { sed -n '2s/^# //p' "$0"; }

DATA=$([ "$(id -u)" = 0 ] && echo /var/lib/orc || echo "$HOME/.orc")
PURGE=
while [ $# -gt 0 ]; do
  case $1 in
    --data-dir) DATA=$(value "$1" "a folder" "${2:-}"); shift 2 ;;
    --purge) PURGE=1; shift ;;
    -h | --help) usage; exit 0 ;;
    *) die "unknown option $1; $(usage)" ;;
  esac
done
[ -d "$DATA" ] || { say "nothing to stop: there is no $DATA"; exit 0; }
DATA=$(cd "$DATA" && pwd)
[ -w "$DATA" ] || die "the data folder $DATA belongs to $(stat -c %U "$DATA") and $(id -un) may not change it: run this as its owner"

pid=$(cat "$DATA/orc.pid" 2>/dev/null || true)
if [ -n "$pid" ] && [ -d "/proc/$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q ' serve '; then
  say "stopping process $pid …"
  kill "$pid" 2>/dev/null || true
  deadline=$((SECONDS + 15))
  while [ -d "/proc/$pid" ]; do
    [ $SECONDS -lt $deadline ] || { kill -9 "$pid" 2>/dev/null || true; break; }
    sleep 0.1
  done
else
  say "not running"
fi
rm -f "$DATA/orc.pid"
[ -n "$PURGE" ] || exit 0

# Containers carry the identity of the cluster they belong to; it is kept in the data folder.
if [ -f "$DATA/cluster-id" ] && docker_answers; then
  cluster=$(cat "$DATA/cluster-id")
  say "removing the containers of cluster $cluster …"
  ids=$(curl -sf --unix-socket "${DOCKER_SOCKET:-/var/run/docker.sock}" -G http://docker/containers/json \
    --data-urlencode 'all=1' --data-urlencode 'filters={"label":["io.orchestrator.node"]}' \
    | grep -oE '"Id":"[0-9a-f]{64}"|"io\.orchestrator\.node":"[^"]*"' \
    | awk -F'"' -v mine="$cluster/" '$2 == "Id" { id = $4 } $2 != "Id" && index($4, mine) == 1 { print id }' || true)
  for id in $ids; do
    curl -sf --unix-socket "${DOCKER_SOCKET:-/var/run/docker.sock}" -X DELETE -o /dev/null "http://docker/containers/$id?force=1&v=1" || true
  done
fi
[ -f "$DATA/cluster-id" ] && rm -rf "/dev/shm/orc-$(cat "$DATA/cluster-id")"
case $DATA in / | /root | /home | "$HOME") die "refusing to remove $DATA" ;; esac
[ -f "$DATA/cluster-id" ] || { say "$DATA does not look like a data folder (no cluster-id); it is left alone"; exit 0; }
rm -rf "$DATA"
say "removed $DATA"
