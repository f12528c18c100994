#!/bin/sh
# keepalived.sh HOST-IP CONFIGURATION: keepalived on the device that has the node's address. Which one that is depends on the image.
set -eu
device=$(ip -o -4 addr show to "$1" | awk '{ print $2; exit }')
[ -n "$device" ] || { echo "no device has the address $1: waiting for DHCP" >&2; exit 1; }
# Files of its own, beside those of another keepalived that the operator may run.
run=$RUNTIME_DIRECTORY
sed "s/@DEVICE@/$device/" "$2" >"$run/keepalived.conf"
exec keepalived --dont-fork --log-console --no-syslog --vrrp --use-file "$run/keepalived.conf" \
  --pid "$run/keepalived.pid" --vrrp_pid "$run/vrrp.pid"
