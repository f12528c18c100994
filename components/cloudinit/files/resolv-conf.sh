#!/bin/sh
# resolv-conf.sh TARGET SOURCE...: writes the name servers of the first source there is, and nothing else of it. What pods are
# given: not the node's search domains, and no stub on its loopback (systemd-resolved's 127.0.0.53), which would be the pod itself.
set -eu
target=$1
shift
for source in "$@"; do
  if [ -r "$source" ]; then break; fi
done
[ -r "$source" ] || source=/dev/null
new=$(mktemp "$target.XXXXXX")
trap 'rm -f "$new"' EXIT
awk '$1 == "nameserver" && $2 !~ /^127\.|^::1$|%/ { print $1, $2 }' "$source" >"$new"
chmod 644 "$new"
# None is a moment of a DHCP client's, or a node without names: what was known stays, and kubelet needs a file.
if [ -s "$new" ] || [ ! -e "$target" ]; then
  cmp -s "$new" "$target" || mv "$new" "$target"
fi
