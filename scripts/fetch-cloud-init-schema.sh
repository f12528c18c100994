#!/usr/bin/env bash
# Puts the JSON schema of Debian's own cloud-init where tests/cloudinit/schema.test.ts looks for it. The package is unpacked
# into the cache and never installed. Where apt cannot have it, the test says that it was skipped.
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/hostroute/cloud-init
[ -e "$cache/schema-cloud-config-v1.json" ] && exit 0
command -v apt-get >/dev/null || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
chmod 755 . # apt drops its privileges to download
apt-get download -q cloud-init >/dev/null 2>&1 || {
  apt-get update -q >/dev/null 2>&1 || true
  apt-get download -q cloud-init >/dev/null 2>&1 || exit 0
}
dpkg -x cloud-init_*.deb unpacked
mkdir -p "$cache"
cp unpacked/usr/lib/python3/dist-packages/cloudinit/config/schemas/schema-cloud-config-v1.json "$cache/schema.new"
mv "$cache/schema.new" "$cache/schema-cloud-config-v1.json"
