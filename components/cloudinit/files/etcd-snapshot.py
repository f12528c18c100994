#!/usr/bin/env python3
"""Puts a snapshot of etcd into the cluster's object store.

etcd-snapshot.py CONFIG: if one is due, and this node's member leads, so that one node does it for all. etcd-snapshot.py CONFIG now: in any
case. CONFIG is JSON: `flags` (etcd's own), `folder`. Where snapshots go is a Secret of the stack's, which it may change at any time:
`put` and `get` (URLs), `interval` and `keep` (seconds; the store deletes them), `kubernetes` (release). The last one that was read counts
while the API is away. Without one there are no snapshots.

The object is TIME-NODE-RANDOM.db: whoever has come by the URL could write over what has a name that can be guessed. `latest` then says
which one it is. A run that fails has said why, and left nothing behind; the next one begins anew, a while later.
"""
import calendar, json, os, sys, time

sys.dont_write_bytecode = True
from etcd_cluster import Waiting
from etcd_snapshots import FORMAT, MARK, Snapshots, read, written
from object_store import Failed, ask as ask_store

AGAIN = 300  # seconds until a failure is tried again


def age(store):
    """Seconds since the last snapshot of whichever node; None where there is none."""
    try:
        with ask_store(store["get"], "GET", "latest") as answer:
            return time.time() - calendar.timegm(time.strptime(json.loads(answer.read(1 << 16).decode())["time"], FORMAT))
    except Failed as why:
        if why.status == 404:
            return None
        raise
    except (ValueError, LookupError, TypeError):
        return None  # it will be written anew


def main(path, when=""):
    snapshots = Snapshots(path)
    store = snapshots.store()
    if not store:
        return
    status, interval, due = snapshots.status(), int(store["interval"]), snapshots.folder + "/due.json"
    with snapshots.alone():
        if os.path.exists(MARK):
            return  # the last one has been taken, or is about to be
        if when != "now":
            if status["leader"] != status["header"]["member_id"] or time.time() < read(due).get("at", 0):
                return
            # Whatever ends this run, the next one is not at the next tick.
            written(due, {"at": time.time() + min(AGAIN, interval)})
            last = age(store)
            if last is not None and 0 <= last < interval:
                written(due, {"at": time.time() + interval - last})
                return
        snapshots.take(store, status)
        written(due, {"at": time.time() + interval})


try:
    main(*sys.argv[1:])
except (Failed, Waiting, OSError) as why:
    print("no snapshot: %s" % why, flush=True)
    raise SystemExit(1)
