#!/bin/sh
# The node's side of routed pod networking, at every boot and before the first pod. Idempotent.
set -eu
. /etc/hostroute/pod-network.env # POD_CIDR POD_GATEWAY NON_MASQUERADE HOST_IP

device=$(ip -o -4 addr show to "$HOST_IP" | awk '{ print $2; exit }')
mtu=$(cat "/sys/class/net/$device/mtu")

# The bridge stands before CNI asks for it, so the podCIDR is connected before any pod and after the last one.
# MTU: no overlay, so pods take the NIC's whole MTU.
ip link show cbr0 >/dev/null 2>&1 || ip link add cbr0 type bridge
# Its MAC is set, and the same at every boot: left to itself, a bridge takes its lowest port's, and whenever such a port comes or goes,
# pods send to a gateway that is no more until their ARP entry ends, half a minute later (net/bridge/br_stp_if.c).
# shellcheck disable=SC2046 # four numbers
mac=$(printf '0a:58:%02x:%02x:%02x:%02x' $(echo "$POD_GATEWAY" | tr . ' '))
ip link set cbr0 address "$mac" mtu "$mtu" up
ip addr replace "$POD_GATEWAY/${POD_CIDR#*/}" dev cbr0

# Neutron gives every host route to every port, so DHCP also brings "own podCIDR via own address", and dhclient's
# copy of it beats the connected route. A rule ahead of the main table decides, whatever any DHCP client does there.
ip route replace "$POD_CIDR" dev cbr0 src "$POD_GATEWAY" table 121
ip rule show priority 121 | grep -q "lookup 121" || ip rule add to "$POD_CIDR" lookup 121 priority 121

sed "s/@MTU@/$mtu/" /etc/hostroute/cni.conflist >/etc/containerd/cni.conflist.template

rule() { # table chain rule...: appended once
  table=$1 chain=$2
  shift 2
  iptables -w -t "$table" -C "$chain" "$@" 2>/dev/null || iptables -w -t "$table" -A "$chain" "$@"
}

# User-data holds the node's keys, and the metadata service hands it to whoever asks from the node's port.
rule raw PREROUTING -i cbr0 -d 169.254.169.254/32 -j DROP

# The node's own ports are no Service's to take. Before kube-proxy starts, which this unit's order sees to.
nft -f /etc/hostroute/own-ports.nft

# Nodes and pods know where pods are, so towards them a pod keeps its own address. Whatever else there is knows only nodes: the
# router, Neutron's DHCP port that pods ask for names, other machines of the subnet. The chain is filled at one stroke.
{
  echo "*nat"
  echo ":HOSTROUTE-MASQ - [0:0]"
  for keep in $NON_MASQUERADE; do echo "-A HOSTROUTE-MASQ -d $keep -j RETURN"; done
  echo "-A HOSTROUTE-MASQ -j MASQUERADE"
  echo COMMIT
} | iptables-restore -w --noflush
rule nat POSTROUTING -s "$POD_CIDR" -m comment --comment "pods to who does not know them" -j HOSTROUTE-MASQ
