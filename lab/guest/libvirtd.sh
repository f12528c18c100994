#!/bin/sh
# libvirtd.sh STATE: libvirtd whose every file is below STATE, in a mount namespace of its own (`unshare -m`), which nova-compute joins.
# The machine's own libvirt, if it has one, is not touched, and what is mounted here ends with its last process.
set -eu
for dir in etc run var/lib var/log var/cache; do
  mkdir -p "$1/$dir" "/$dir/libvirt"
  mount --bind "$1/$dir" "/$dir/libvirt"
done
# Without the driver for QEMU, which fails where its user is missing, and then libvirtd with it.
drivers=/usr/lib/x86_64-linux-gnu/libvirt/connection-driver
rm -rf "$1/drivers"
cp -a $drivers "$1/drivers"
rm -f "$1/drivers/libvirt_driver_qemu.so"
mount --bind "$1/drivers" $drivers
# On a hybrid host libvirt tries to create its cgroups in the unified hierarchy as well, and fails.
umount /sys/fs/cgroup/unified 2>/dev/null || true
mkdir -p /etc/libvirt/hooks
install -m 755 "$(dirname "$(readlink -f "$0")")/lxc-hook" /etc/libvirt/hooks/lxc
printf '%s\n' 'auth_unix_ro = "none"' 'auth_unix_rw = "none"' 'unix_sock_ro_perms = "0700"' 'unix_sock_rw_perms = "0700"' \
  >/etc/libvirt/libvirtd.conf
exec libvirtd --config /etc/libvirt/libvirtd.conf
