#!/bin/sh
# wait-for.sh UNIT...: waits until each unit has done its work at least once since boot (done.sh). For a minute, then it fails and systemd
# tries again: the journal says each time what is missing.
for unit in "$@"; do
  left=60
  until [ -e "/run/hostroute/$unit" ]; do
    [ "$left" -gt 0 ] || { echo "waiting for $unit" >&2; exit 1; }
    left=$((left - 1))
    sleep 1
  done
done
