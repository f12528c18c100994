#!/bin/sh
# done.sh UNIT: notes that a unit has done its work at least once since boot; wait-for.sh waits for that. /run is empty at every boot.
set -eu
mkdir -p /run/hostroute
: >"/run/hostroute/$1"
