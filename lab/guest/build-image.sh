#!/bin/sh
# build-image.sh WORK DEBS RELEASE MIRROR IMAGE PACKAGE...: an ext4 image of a Debian guest. Standard input is its sources.list.
# Runs alone (`flock`) and in namespaces of its own (`unshare -m -p -f --kill-child`): no mount or process outlives it. What a killed run
# left in WORK, the next one removes.
set -eu
here=$(dirname "$(readlink -f "$0")")
work=$1 debs=$2 release=$3 mirror=$4 image=$5
shift 5
root=$work/rootfs
[ ! -e "$image" ] || exit 0
rm -rf "$work"
mkdir -p "$work" "$debs"
# Python in the chroot compiles its modules at install time only where nothing forbids it.
unset PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED

debootstrap --variant=minbase --include=ca-certificates --cache-dir="$debs" "$release" "$root" "$mirror"
cat >"$root/etc/apt/sources.list"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
# The image is thrown away when a build breaks: no fsync. Nobody reads manuals in a guest, and every guest is a copy.
cat >"$root/etc/dpkg/dpkg.cfg.d/lab" <<END
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
END
cp /etc/resolv.conf /etc/hosts "$root/etc/"
apt-config dump | grep -iE '^Acquire::(https?|.*proxy|Check-)' >"$root/etc/apt/apt.conf.d/99-host" || true
mount -t proc proc "$root/proc"
mount --bind "$debs" "$root/var/cache/apt/archives"
in_root() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"; }
in_root apt-get update -q
in_root apt-get install -y -q --no-install-recommends "$@"
unfinished=$(in_root dpkg-query -f '${db:Status-Abbrev} ${Package}\n' -W | grep -v '^ii ' || true)
[ -z "$unfinished" ] || { echo "not configured: $unfinished" >&2; exit 1; }
umount "$root/var/cache/apt/archives" "$root/proc"

# From here on: a machine image instead of an installation.
rm -rf "$root/usr/sbin/policy-rc.d" "$root/etc/apt/apt.conf.d/99-host" "$root/var/lib/apt/lists" "$root/var/cache/apt" \
  "$root/etc/ssh/"ssh_host_* "$root/var/lib/cloud" "$root/etc/network/interfaces" "$root/etc/hostname" "$root/var/lib/dbus/machine-id"
for d in doc man info locale i18n; do rm -rf "$root/usr/share/$d"; mkdir -p "$root/usr/share/$d"; done
mkdir -p "$root/var/lib/apt/lists/partial" "$root/var/cache/apt/archives/partial"
rm -rf "$root/usr/lib/udev/"hwdb*
find "$root/var/log" -type f -delete
for f in etc/fstab etc/machine-id etc/resolv.conf etc/apt/sources.list; do : >"$root/$f"; done
printf 'source /etc/network/interfaces.d/*\n' >"$root/etc/network/interfaces"
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
cat >"$root/etc/cloud/cloud.cfg.d/90_lab.cfg" <<END
datasource_list: [OpenStack]
datasource: {OpenStack: {timeout: 5, max_wait: 60}}
locale: C.UTF-8
manage_etc_hosts: true
END
printf 'policy: enabled\ndatasource: OpenStack\n' >"$root/etc/cloud/ds-identify.cfg"
rm "$root/sbin/init"
install -m 755 "$here/guest-init" "$root/sbin/init"
# What a container has no device, console, clock or network for.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
  systemd-timesyncd.service systemd-networkd-wait-online.service systemd-journald-audit.socket \
  systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service systemd-udev-settle.service \
  console-getty.service getty@tty1.service serial-getty@.service container-getty@.service \
  sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount sys-fs-fuse-connections.mount; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# A container has no CAP_SYS_RESOURCE, so nothing in it can have a lower OOM score than the machine's.
install -d "$root/etc/systemd/system/containerd.service.d"
printf '[Service]\nOOMScoreAdjust=0\n' >"$root/etc/systemd/system/containerd.service.d/lab.conf"
in_root systemctl --root=/ enable cloud-init-local cloud-init cloud-config cloud-final
megabytes=$(($(du -sm "$root" | cut -f1) * 115 / 100 + 100))
truncate -s "${megabytes}M" "$work/image"
mkfs.ext4 -q -F -b 4096 -O ^has_journal -L root -d "$root" "$work/image"
mv "$work/image" "$image"
rm -rf "$work"
