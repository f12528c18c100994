#!/bin/sh
# kernel.sh FILE: loads modules and sets sysctls, then makes sure that those of FILE (sysctl.d(5)) are as they should be.
# systemd's own services did this early at boot, but not at the first one, which had no files yet.
systemctl restart systemd-modules-load.service systemd-sysctl.service
sed -n 's/^\([a-z][^ =]*\) *= */\1 /p' "$1" | {
  while read -r key value; do
    now=$(cat "/proc/sys/$(echo "$key" | tr . /)")
    [ "$now" = "$value" ] || { echo "$key is '$now', not $value" >&2; failed=1; }
  done
  [ -z "$failed" ]
}
