#!/bin/sh
# keepalived, where the image lacks it. A script of its own, after packages.sh, so that nodes without it are not replaced for its sake. The
# package's own service has no /etc/keepalived/keepalived.conf and stays down. May be interrupted anywhere, as packages.sh.
set -eu
there() { command -v keepalived >/dev/null 2>&1; }
! there || exit 0
echo "hostroute: installing keepalived"
if command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  dpkg --configure -a
  apt-get update -q
  apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 keepalived
else
  dnf install -y keepalived
fi
there || { echo "hostroute: still missing keepalived" >&2; exit 1; }
