#!/usr/bin/env bash
# What the tests of user-data check it with: systemd-analyze, OpenSSL, nft and iptables, keepalived and the DHCP server that Neutron uses with
# ML2/OVS (both without their services), and the JSON schema of Debian's own cloud-init, whose package is unpacked into the cache and never
# installed.
# Where there is no apt, or nobody is root, tests that need more than there is say that they were skipped.
set -euo pipefail
command -v apt-get >/dev/null || exit 0
missing() { for tool; do command -v "$tool" >/dev/null || return 0; done && return 1; }
if [ "$(id -u)" = 0 ] && missing systemd-analyze python3 openssl dnsmasq nft iptables keepalived; then
  apt-get update -q >/dev/null
  apt-get install -y -q --no-install-recommends systemd python3 openssl dnsmasq-base nftables iptables keepalived >/dev/null
fi
cache=${HOSTROUTE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hostroute}/cloud-init
[ -e "$cache/schema-cloud-config-v1.json" ] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
chmod 755 . # apt drops its privileges to download
apt-get download -q cloud-init >/dev/null 2>&1 || {
  apt-get update -q >/dev/null 2>&1 || true
  apt-get download -q cloud-init >/dev/null 2>&1 || exit 0
}
dpkg -x ./*.deb unpacked
mkdir -p "$cache"
cp unpacked/usr/lib/python3/dist-packages/cloudinit/config/schemas/schema-cloud-config-v1.json "$cache/schema.new"
mv "$cache/schema.new" "$cache/schema-cloud-config-v1.json"
