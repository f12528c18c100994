"""Kills a unit's processes without warning. Usage: kill-unit.py UNIT

Of a unit that runs, its main process: what it has started (containers) is not its own. One that does its work in a moment is started once
more, and killed in the middle of it with all that it runs.
"""
import glob, os, signal, subprocess, sys, time


def processes(unit):
    found = []
    for path in glob.glob("/sys/fs/cgroup/*/system.slice/%s/cgroup.procs" % unit) + glob.glob("/sys/fs/cgroup/system.slice/%s/cgroup.procs" % unit):
        try:
            with open(path) as file:
                found += [int(line) for line in file]
        except OSError:  # it has ended
            pass
    return set(found)


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


unit = sys.argv[1]
main = int(subprocess.run(["systemctl", "show", "--value", "-p", "MainPID", unit], stdout=subprocess.PIPE, check=True).stdout)
if main:
    kill({main})
    sys.exit()
for attempt in range(20):
    subprocess.run(["systemctl", "restart", "--no-block", unit], check=True)
    end = time.monotonic() + 1
    while time.monotonic() < end:
        caught = processes(unit)
        if caught:
            kill(caught)
            sys.exit()
sys.exit("%s: no process was seen" % unit)
