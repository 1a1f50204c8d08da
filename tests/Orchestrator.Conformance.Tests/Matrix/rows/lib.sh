# What the rows of the matrix use besides kubectl.

# watching FILE COMMAND...: it goes on beside, and writes into FILE.
watching() {
  watched=$1
  shift
  "$@" >"$watched" 2>&1 &
  watcher=$!
  trap 'kill $watcher 2>/dev/null' EXIT
}

# seen PATTERN: waits until the watched command has printed it, ends it, and shows all it has printed.
seen() {
  soon "$1"
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null
  cat "$watched"
}

# soon PATTERN: waits until the watched command has printed it.
soon() {
  left=200
  until grep -qE -- "$1" "$watched"; do
    left=$((left - 1))
    [ $left -gt 0 ] || { echo "not seen: $1"; break; }
    sleep 0.1
  done
}

# editor COMMAND: what kubectl edit is to do with the file.
editor() {
  printf '#!/bin/sh\n%s\n' "$1" >editor.sh
  chmod +x editor.sh
  KUBE_EDITOR=$PWD/editor.sh
  export KUBE_EDITOR
}
