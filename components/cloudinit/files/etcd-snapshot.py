#!/usr/bin/env python3
"""Puts a snapshot of etcd into the cluster's object store.

etcd-snapshot.py CONFIG: if one is due, and this node's member leads, so that one node does it for all. etcd-snapshot.py CONFIG now: in any
case. CONFIG is JSON: `flags` (etcd's own), `folder`. Where snapshots go is a Secret of the stack's, SECRET, which it
may change at any time: `put` and `get` (URLs), `interval` and `keep` (seconds; the store deletes them), `kubernetes` (release). The last one that was read counts
while the API is away. Without one there are no snapshots.

The object is TIME-NODE-RANDOM.db: whoever has come by the URL could write over what has a name that can be guessed. `latest` then says
which one it is. A run that fails has said why, and left nothing behind; the next one begins anew, a while later.
"""
import base64, calendar, fcntl, hashlib, json, os, secrets, shutil, signal, sys, time

sys.dont_write_bytecode = True
from etcd_cluster import Node, Refused, Waiting, ask, host, opener
from object_store import Failed, ask as ask_store, digests, room, run

SECRET = "/api/v1/namespaces/kube-system/secrets/hostroute-etcd-snapshots"
LIMIT = 3600  # seconds for everything
AGAIN = 300  # seconds until a failure is tried again
FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def stop(number, _):
    """Cleans up, too, when it takes too long or the unit is stopped."""
    raise Failed("it took longer than %d s" % LIMIT if number == signal.SIGALRM else "it was stopped")


def written(path, value):
    """Only for root, and whole or not at all."""
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file)
    os.rename(path + ".new", path)


def read(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return {}


def wanted(node, kept):
    """What the stack says, or has said last; nothing where it wants no snapshots."""
    pki = os.path.dirname(node.ca)
    ca, *pair = (os.path.join(pki, name) for name in ("ca.crt", "controller-manager.crt", "controller-manager.key"))
    try:
        data = ask(opener(ca, pair), "https://%s:6443%s" % (host(node.client), SECRET))["data"]
    except Refused as refusal:
        if refusal.status != 404:
            return read(kept)
        data = {}
    except Waiting:
        return read(kept)
    found = {key: base64.b64decode(value).decode() for key, value in data.items()}
    if found != read(kept):
        written(kept, found)
    return found


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


def put(store, name, body, size, md5):
    # The store compares what it got with the MD5, and keeps nothing that differs (422).
    headers = {"Content-Length": str(size), "ETag": md5, "X-Delete-After": store["keep"]}
    ask_store(store["put"], "PUT", name, body, headers).close()


def save(node, path):
    ca, (cert, key) = node.ca, node.pair
    run("etcdctl", "--endpoints", node.client, "--cacert", ca, "--cert", cert, "--key", key, "snapshot", "save", path)
    return json.loads(run("etcdutl", "snapshot", "status", path, "--write-out", "json"))


def upload(store, node, release, path):
    found, (md5, sha256) = save(node, path), digests(path)
    now, size = time.gmtime(), os.path.getsize(path)
    name = "%s-%s-%s.db" % (time.strftime("%Y%m%dT%H%M%SZ", now), node.name, secrets.token_hex(8))
    with open(path, "rb") as body:
        put(store, name, body, size, md5)
    latest = {"name": name, "time": time.strftime(FORMAT, now), "sha256": sha256, "size": size}
    latest.update(revision=found["revision"], keys=found["totalKey"], etcd=release, kubernetes=store["kubernetes"])
    body = json.dumps(latest).encode()
    put(store, "latest", body, len(body), hashlib.md5(body).hexdigest())
    print("snapshot %(name)s: %(size)d bytes, revision %(revision)d, %(keys)d keys" % latest, flush=True)


def take(config, store, node, status):
    work = config["folder"] + "/now"
    shutil.rmtree(work, ignore_errors=True)  # of a run that was killed
    os.mkdir(work, 0o700)
    try:
        room(work, int(status["dbSize"]))
        upload(store, node, status["version"], work + "/etcd.db")
    finally:
        shutil.rmtree(work)


def main(path, when=""):
    with open(path) as file:
        config = json.load(file)
    node, folder = Node(config["flags"]), config["folder"]
    os.makedirs(folder, 0o700, exist_ok=True)
    store = wanted(node, folder + "/store.json")
    if not store:
        return
    status = node.ask(node.client + "/v3/maintenance/status", {})
    if "leader" not in status:  # zero is left out
        raise Failed("etcd has no leader")
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(LIMIT)
    with open(folder + "/lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        due = folder + "/due.json"
        if when != "now":
            if status["leader"] != status["header"]["member_id"] or time.time() < read(due).get("at", 0):
                return
            # Whatever ends this run, the next one is not at the next tick.
            written(due, {"at": time.time() + min(AGAIN, int(store["interval"]))})
            last = age(store)
            if last is not None and 0 <= last < int(store["interval"]):
                written(due, {"at": time.time() + int(store["interval"]) - last})
                return
        take(config, store, node, status)
        written(due, {"at": time.time() + int(store["interval"])})


try:
    main(*sys.argv[1:])
except (Failed, Waiting, OSError) as why:
    print("no snapshot: %s" % why, flush=True)
    raise SystemExit(1)
