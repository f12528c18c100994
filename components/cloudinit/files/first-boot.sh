#!/bin/sh
# first-boot.sh MARK UNIT...: from here on systemd starts the units at every boot. Until MARK is there, cloud-init does its part anew.
mark=$1
shift
hand_over() {
  # First the files: nothing is enabled that a power cut could still leave empty. Then the units, then the mark.
  sync && systemctl daemon-reload && systemctl enable "$@" && sync && : >"$mark" && sync
}
until hand_over "$@"; do sleep 5; done
# Without waiting: a unit that waits for another machine does not hold up cloud-init. systemd sees to the order.
systemctl start --no-block hostroute.target
