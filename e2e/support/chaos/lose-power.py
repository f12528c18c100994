"""Loses a node's power, and gives it back at once, at the moment at which something is seen.

reboot(2): nothing is told to end, nothing is closed, unmounted or synced. Usage: lose-power.py KIND WHAT, of which
  now -            at once
  file PATTERN     a file is there
  started UNIT     a unit has left "inactive" in this boot
  active UNIT      a unit is up
  process NAME     a program runs
"""
import ctypes, glob, subprocess, sys, time

RB_AUTOBOOT = 0x01234567
LIMIT = 240  # seconds


def shown(unit, name):
    command = ["systemctl", "show", "--value", "-p", name, unit]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode().strip()


def runs(name):
    for path in glob.glob("/proc/[0-9]*/comm"):
        try:
            with open(path) as file:
                if file.read().strip() == name[:15]:
                    return True
        except OSError:  # it has ended
            pass
    return False


SEEN = {
    "now": lambda _: True,
    "file": lambda pattern: bool(glob.glob(pattern)),
    "started": lambda unit: shown(unit, "InactiveExitTimestampMonotonic") not in ("", "0"),
    "active": lambda unit: shown(unit, "ActiveState") == "active",
    "process": runs,
}

kind, what = sys.argv[1:]
end = time.monotonic() + LIMIT
while not SEEN[kind](what):
    if time.monotonic() > end:
        sys.exit("%s %s was not seen" % (kind, what))
    time.sleep(0.001)
libc = ctypes.CDLL(None, use_errno=True)
libc.reboot(RB_AUTOBOOT)
sys.exit("no reboot: errno %d" % ctypes.get_errno())
