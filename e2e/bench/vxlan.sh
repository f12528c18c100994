#!/bin/sh
# One node's half of an overlay, made as flannel makes it, with a pod of its own: vxlan.sh POD VTEP MAC SUBNET and the peer's VTEP MAC SUBNET,
# in the node's network namespace. A subnet is the first three octets of a /24. Says "ready", stays until its standard input ends, and takes
# everything down. The input ends with the benchmark, however that ends: a node with a tunnel device would fail the end-to-end checks.
set -eu
pod=$1 vtep=$2 mac=$3 subnet=$4 peer_vtep=$5 peer_mac=$6 peer_subnet=$7

down() {
  for device in bench-pod bench-bridge bench-vxlan; do ip link del $device 2>/dev/null || true; done
  ip netns del "$pod" 2>/dev/null || true
}
trap down EXIT
trap '' HUP INT TERM
down # what is left where this script itself was killed

mtu=$(ip -o link show eth0 | sed 's/.* mtu \([0-9]*\) .*/\1/')
mtu=$((mtu - 50)) # what the outer packet holds beside the inner one: IP, UDP and VXLAN headers and the inner Ethernet one, 20 + 8 + 8 + 14

# flannel's: nothing is learned, the peer is known by one neighbour, one forwarding entry and one route (its pkg/backend/vxlan/vxlan.go).
ip link add bench-vxlan address "$mac" mtu $mtu type vxlan id 1 local "$vtep" dev eth0 dstport 4789 nolearning
ip addr add "$subnet.0/32" dev bench-vxlan
# A virtio NIC neither cuts nor sums up what is inside a tunnel (Linux before 6.17), and Open vSwitch in user space takes no such packet.
ethtool -K bench-vxlan tx off >/dev/null
ip link set bench-vxlan up
ip neigh add "$peer_subnet.0" lladdr "$peer_mac" dev bench-vxlan nud permanent
bridge fdb append "$peer_mac" dev bench-vxlan dst "$peer_vtep"
ip route add "$peer_subnet.0/24" via "$peer_subnet.0" dev bench-vxlan onlink

# What the cluster's CNI makes: a bridge with the first address, and the pod on it by a veth, with a default route there.
ip link add bench-bridge mtu $mtu type bridge
ip addr add "$subnet.1/24" dev bench-bridge
ip link set bench-bridge up
ip netns add "$pod"
ip link add bench-pod mtu $mtu type veth peer name eth0 mtu $mtu netns "$pod"
ip link set bench-pod master bench-bridge up
ip -n "$pod" addr add "$subnet.2/24" dev eth0
ip -n "$pod" link set eth0 up
ip -n "$pod" route add default via "$subnet.1"

echo ready
cat >/dev/null
