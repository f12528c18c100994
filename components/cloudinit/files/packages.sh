#!/bin/sh
# What kubelet and kube-proxy call on the node (iptables, conntrack, ...): installed only where the image lacks it,
# so that an image that has them boots without any package mirror. May be interrupted anywhere; systemd runs it until it succeeds.
set -eu
nft=""
[ ! -e /etc/hostroute/own-ports.nft ] || nft=nft:nftables
missing() {
  for pair in iptables:iptables $nft conntrack:conntrack ip:iproute2 ipset:ipset ethtool:ethtool socat:socat mount:mount; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || printf ' %s' "${pair#*:}"
  done
}
wanted=$(missing)
[ -n "$wanted" ] || exit 0
echo "hostroute: installing$wanted"
if command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  # apt refuses to work before what was interrupted has been finished, by a power cut for example.
  dpkg --configure -a
  # Whoever has the lock (unattended-upgrades) is waited for. That option is of no use for update's lock: another run gets it.
  apt-get update -q
  apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 $wanted
else
  dnf install -y $(echo "$wanted" | sed 's/conntrack/conntrack-tools/; s/iproute2/iproute/; s/mount/util-linux/')
fi
wanted=$(missing)
[ -z "$wanted" ] || { echo "hostroute: still missing$wanted" >&2; exit 1; }
