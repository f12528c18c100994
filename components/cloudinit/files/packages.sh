#!/bin/sh
# What kubelet and kube-proxy call on the node (iptables, conntrack, ...): installed only where the image lacks it,
# so that an image that has them boots without any package mirror.
missing=""
nft=""
[ ! -e /etc/hostroute/own-ports.nft ] || nft=nft:nftables
for pair in iptables:iptables $nft conntrack:conntrack ip:iproute2 ipset:ipset ethtool:ethtool socat:socat mount:mount; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0
echo "hostroute: installing$missing"
if command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q && apt-get install -y -q --no-install-recommends $missing
else
  dnf install -y $(echo "$missing" | sed 's/conntrack/conntrack-tools/; s/iproute2/iproute/; s/mount/util-linux/')
fi
