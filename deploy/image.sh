#!/usr/bin/env bash
# Builds the image of orc: ./deploy/image.sh [NAME:TAG]   (default orc:latest; BASE and TOOLS as in deploy/Dockerfile)
set -euo pipefail
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/deploy/lib.sh"

IMAGE=${1:-orc:latest}
case $IMAGE in -*) sed -n '2s/^# //p' "$0"; exit 0 ;; esac
need_dotnet
need_docker
ENGINE=$(engine)
[ "$ENGINE" = Microsoft ] || say "note: built on the in-process engine, this image cannot be one of several processes"
STAGE=$(mktemp -d)
trap 'rm -rf "$STAGE"' EXIT
say "publishing on the $ENGINE engine of Orleans …"
dotnet publish "$ROOT/src/Orchestrator.Host" -c Release -p:OrleansEngine="$ENGINE" --nologo -v q -o "$STAGE/publish" >"$STAGE/log" 2>&1 \
  || { cat "$STAGE/log" >&2; die "the build failed"; }
cp "$ROOT/deploy/Dockerfile" "$STAGE/"
docker build -q -t "$IMAGE" ${BASE:+--build-arg "BASE=$BASE"} ${TOOLS+--build-arg "TOOLS=$TOOLS"} "$STAGE" >/dev/null \
  || die "the Docker engine could not build $IMAGE"
say "built $IMAGE"
