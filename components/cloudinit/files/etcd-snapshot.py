#!/usr/bin/env python3
"""Puts a snapshot of etcd into the cluster's object store.

etcd-snapshot.py CONFIG: if this node's member leads, so that one node does it for all. etcd-snapshot.py CONFIG now: whether it leads or not.
CONFIG is JSON: `put` (URL), `keep` (seconds until the store deletes it), `kubernetes` (release), `flags` (etcd's own), `folder`.

The object is TIME-NODE-RANDOM.db: whoever has come by the URL could write over what has a name that can be guessed. `latest` then says
which one it is. A run that fails has said why, and left nothing behind; the next one begins anew.
"""
import fcntl, hashlib, json, os, secrets, shutil, signal, sys, time

sys.dont_write_bytecode = True
from etcd_cluster import Node, Waiting
from object_store import Failed, ask, digests, room, run

LIMIT = 3600  # seconds for everything


def stop(number, _):
    """Cleans up, too, when it takes too long or the unit is stopped."""
    raise Failed("it took longer than %d s" % LIMIT if number == signal.SIGALRM else "it was stopped")


def put(config, name, body, size, md5):
    # The store compares what it got with the MD5, and keeps nothing that differs (422).
    headers = {"Content-Length": str(size), "ETag": md5, "X-Delete-After": str(config["keep"])}
    ask(config["put"], "PUT", name, body, headers).close()


def save(node, path):
    ca, (cert, key) = node.ca, node.pair
    run("etcdctl", "--endpoints", node.client, "--cacert", ca, "--cert", cert, "--key", key, "snapshot", "save", path)
    return json.loads(run("etcdutl", "snapshot", "status", path, "--write-out", "json"))


def upload(config, node, release, path):
    found, (md5, sha256) = save(node, path), digests(path)
    now, size = time.gmtime(), os.path.getsize(path)
    name = "%s-%s-%s.db" % (time.strftime("%Y%m%dT%H%M%SZ", now), node.name, secrets.token_hex(8))
    with open(path, "rb") as body:
        put(config, name, body, size, md5)
    latest = {"name": name, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", now), "sha256": sha256, "size": size}
    latest.update(revision=found["revision"], keys=found["totalKey"], etcd=release, kubernetes=config["kubernetes"])
    body = json.dumps(latest).encode()
    put(config, "latest", body, len(body), hashlib.md5(body).hexdigest())
    print("snapshot %(name)s: %(size)d bytes, revision %(revision)d, %(keys)d keys" % latest, flush=True)


def main(path, when=""):
    with open(path) as file:
        config = json.load(file)
    node, folder = Node(config["flags"]), config["folder"]
    status = node.ask(node.client + "/v3/maintenance/status", {})
    if "leader" not in status:  # zero is left out
        raise Failed("etcd has no leader")
    if when != "now" and status["leader"] != status["header"]["member_id"]:
        return
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(LIMIT)
    os.makedirs(folder, 0o700, exist_ok=True)
    with open(folder + "/lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        work = folder + "/now"
        shutil.rmtree(work, ignore_errors=True)  # of a run that was killed
        os.mkdir(work, 0o700)
        try:
            room(work, int(status["dbSize"]))
            upload(config, node, status["version"], work + "/etcd.db")
        finally:
            shutil.rmtree(work)


try:
    main(*sys.argv[1:])
except (Failed, Waiting, OSError) as why:
    print("no snapshot: %s" % why, flush=True)
    raise SystemExit(1)
