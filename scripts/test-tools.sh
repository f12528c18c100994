#!/usr/bin/env bash
# What the tests of user-data check it with: systemd-analyze, OpenSSL, the JSON schema of Debian's own cloud-init, and the DHCP
# server that Neutron uses. The latter two come from packages that are unpacked into the cache and never installed. Where
# there is no apt, those tests say that they were skipped.
set -euo pipefail
command -v apt-get >/dev/null || exit 0
if [ "$(id -u)" = 0 ] && ! { command -v systemd-analyze && command -v python3 && command -v openssl; } >/dev/null; then
  apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends systemd python3 openssl >/dev/null
fi
root=${HOSTROUTE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hostroute}
cache=$root/cloud-init
[ -e "$cache/schema-cloud-config-v1.json" ] && [ -e "$root/dnsmasq" ] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
chmod 755 . # apt drops its privileges to download
apt-get download -q cloud-init dnsmasq-base >/dev/null 2>&1 || {
  apt-get update -q >/dev/null 2>&1 || true
  apt-get download -q cloud-init dnsmasq-base >/dev/null 2>&1 || exit 0
}
for package in *.deb; do dpkg -x "$package" unpacked; done
mkdir -p "$cache"
cp unpacked/usr/lib/python3/dist-packages/cloudinit/config/schemas/schema-cloud-config-v1.json "$cache/schema.new"
mv "$cache/schema.new" "$cache/schema-cloud-config-v1.json"
cp unpacked/usr/sbin/dnsmasq "$root/dnsmasq.new"
mv "$root/dnsmasq.new" "$root/dnsmasq"
