#!/bin/sh
# The node's side of routed pod networking. A timer runs it at boot and every half minute, and it changes only what is not as it should
# be: whatever was taken away comes back.
set -eu
# POD_CIDR POD_GATEWAY NON_MASQUERADE HOST_IP
. /etc/hostroute/pod-network.env
# What was loaded last, until the next boot.
run=/run/hostroute/pod-network
mkdir -p "$run"

# A rule of policy routing, if it is not there: priority, how `ip rule show` ends the line, rule...
ip_rule() {
  priority=$1 shown=$2
  shift 2
  ip rule show priority "$priority" | grep -q "$shown" || ip rule add "$@" priority "$priority"
}
# A table of ours, at one stroke, unless the kernel has it as it was loaded: name. What `nft` is to load comes on standard input.
table() {
  cat >"$run/$1.nft"
  if cmp -s "$run/$1.nft" "$run/$1.loaded" && nft list table ip "$1" 2>/dev/null | cmp -s - "$run/$1.listed"; then return; fi
  nft -f "$run/$1.nft"
  nft list table ip "$1" >"$run/$1.listed"
  cp "$run/$1.nft" "$run/$1.loaded"
  echo "loaded nftables' table ip $1"
}
# A file, unless it is so already: path. Its content comes on standard input.
file() {
  content=$(cat)
  [ "$content" = "$(cat "$1" 2>/dev/null)" ] || { echo "$content" >"$1.new" && mv "$1.new" "$1"; }
}

# User-data holds the node's keys, and the metadata service hands it to whoever asks from the node's port. Closed by routing, before
# there is a bridge: no firewall's change opens it, and a Service that leads there meets it too.
ip_rule 120 "to 169.254.169.254 iif cbr0.* prohibit" iif cbr0 to 169.254.169.254 prohibit
# Neutron gives every host route to every port, so DHCP also brings "own podCIDR via own address", and dhclient's
# copy of it beats the connected route. A rule ahead of the main table decides, whatever any DHCP client does there.
ip_rule 121 "lookup 121" to "$POD_CIDR" lookup 121

# The node's own ports are no Service's to take.
table hostroute </etc/hostroute/own-ports.nft

# Nodes and pods know where pods are, so towards them a pod keeps its own address. Whatever else there is knows only nodes: the
# router, Neutron's DHCP port that pods ask for names, other machines of the subnet. After kube-proxy's and CNI's chains, at 100.
table hostroute_pods <<EOT
table ip hostroute_pods
delete table ip hostroute_pods
table ip hostroute_pods {
  chain postrouting {
    type nat hook postrouting priority 110; policy accept;
    ip saddr != $POD_CIDR return
$(for keep in $NON_MASQUERADE; do echo "    ip daddr $keep return"; done)
    masquerade
  }
}
EOT

# Where others drop what is forwarded, pods go on. No table can overrule another's drop, so this has to stand in theirs.
# iptables' own, for Docker's policy or a REJECT that ends the chain: the last word but that one, so that whoever refuses some
# particular packet still does (kube-proxy does for Services without endpoints).
for way in -i -o; do
  rule="$way cbr0 -m comment --comment hostroute-pods -j ACCEPT"
  place=$(iptables -w -S FORWARD | awk -v rule="-A FORWARD $rule" '
    /^-A/ { n++ }
    $0 == rule { found = 1; exit }
    /^-A FORWARD -j (DROP|REJECT)/ { n--; exit }
    END { if (!found) print n + 1 }')
  if [ -n "$place" ]; then
    iptables -w -I FORWARD "$place" $rule
    echo "inserted: iptables FORWARD $rule"
  fi
done
# firewalld's, which knows zones of the node, and no pods.
firewalld() { nft list chain inet firewalld filter_FORWARD 2>/dev/null; }
if firewalld >/dev/null; then
  for way in iifname oifname; do
    firewalld | grep -q "$way \"cbr0\" accept" || nft insert rule inet firewalld filter_FORWARD "$way" cbr0 accept
  done
fi

device=$(ip -o -4 addr show to "$HOST_IP" | awk '{ print $2; exit }')
if [ -z "$device" ]; then
  echo "no device has the address $HOST_IP: waiting for DHCP" >&2
  exit 1
fi

# The bridge stands before CNI asks for it, so the podCIDR is connected before any pod and after the last one.
# MTU: no overlay, so pods take the NIC's whole MTU.
mtu=$(cat "/sys/class/net/$device/mtu")
[ -e /sys/class/net/cbr0 ] || ip link add cbr0 type bridge
# Its MAC is set, and the same at every boot: left to itself, a bridge takes its lowest port's, and whenever such a port comes or goes,
# pods send to a gateway that is no more until their ARP entry ends, half a minute later (net/bridge/br_stp_if.c).
# shellcheck disable=SC2046 # four numbers
mac=$(printf '0a:58:%02x:%02x:%02x:%02x' $(echo "$POD_GATEWAY" | tr . ' '))
ip -o link show cbr0 up | grep -q " mtu $mtu .* $mac " || ip link set cbr0 address "$mac" mtu "$mtu" up
ip -4 addr show dev cbr0 | grep -q "inet $POD_GATEWAY/${POD_CIDR#*/} " || ip addr add "$POD_GATEWAY/${POD_CIDR#*/}" dev cbr0
ip route replace "$POD_CIDR" dev cbr0 src "$POD_GATEWAY" table 121

# Ports of running pods that lost their bridge, because somebody deleted it. CNI's cache has their names (libcni, CacheDir).
for port in $(grep -ohs '"name": *"veth[^"]*"' /var/lib/cni/results/hostroute-* | cut -d'"' -f4); do
  if [ -e "/sys/class/net/$port" ] && [ ! -e "/sys/class/net/$port/master" ]; then
    # Its pod may end at this moment.
    ip link set "$port" master cbr0 && ip link set "$port" type bridge_slave hairpin on && echo "attached $port" || true
  fi
done

sed "s/@MTU@/$mtu/" /etc/hostroute/cni.conflist | file /etc/containerd/cni.conflist.template
# containerd fills the template only while it has no network, then keeps that file, also over reboots (UpdateRuntimeConfig in its CRI
# plugin), and reads it again whenever it changes.
made=/etc/cni/net.d/10-containerd-net.conflist
[ ! -s "$made" ] || sed "s/\"mtu\": *[0-9]*/\"mtu\": $mtu/" "$made" | file "$made"
