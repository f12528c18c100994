#!/usr/bin/env python3
"""Begins a new cluster of etcd with a snapshot from the object store. Stands where etcd stands in its unit, also behind etcd-member.py.

etcd-restore.py FLAG...: becomes etcd, with these flags. Before that, where there is no data and the flags are for a new cluster, it makes the
data of this member alone, in a cluster of a token of its own; others join it. From the environment: RESTORE_FROM, an object's name or
`latest`, and RESTORE_GET, the URL, which comes from a file of root's. RESTORE_FINAL, if it is there: what `latest` has to be the final one of,
else there is more than it has (etcd-hand-over.py).

Everything lies in a folder beside until it is whole and on the disk; then one rename makes it etcd's data. So it may be interrupted
anywhere, and begins anew. Where it fails it says why and ends with 1: etcd never begins an empty cluster in its place.

Revisions go up by BUMP, and all before count as compacted, so that clients from before (kubelets, controllers) read everything anew: by
revisions that come twice they would miss changes (etcd.io/docs/v3.6/op-guide/recovery, etcd-io/etcd#16028).
"""
import glob, json, os, re, shutil, sys, time, uuid

sys.dont_write_bytecode = True
from object_store import Failed, ask, digests, room, run

PAUSE = 30  # seconds until the unit may try again
BUMP = 10**9
LOSES = "what was written after it is lost with hostroute:snapshots.restoreFrom, which begins with it all the same"


def chosen(url, name, final):
    """What to get, as `latest` says if that is asked for: then its SHA-256 is known, too."""
    if name != "latest":
        return {"name": name}
    with ask(url, "GET", "latest") as answer:
        try:
            latest = json.loads(answer.read(1 << 16).decode())
            if final and latest.get("final") != final:
                raise Failed("%s, of %s, is not the last state of the server before this one: %s" % (latest["name"], latest["time"], LOSES))
            return {key: re.fullmatch(form, latest[key]).group() for key, form in (("name", "[\\w.-]+"), ("sha256", "[0-9a-f]{64}"), ("time", "[\\w:-]+"))}
        except (ValueError, LookupError, TypeError, AttributeError):
            raise Failed("the object latest does not say which snapshot is the last one")


def download(url, wanted, path):
    with ask(url, "GET", wanted["name"]) as answer, open(path, "wb") as file:
        size = int(answer.headers.get("Content-Length", -1))
        room(os.path.dirname(path), 2 * size)
        shutil.copyfileobj(answer, file, 1 << 20)
        if file.tell() != size:
            raise Failed("%s was cut short: %d of %d bytes" % (wanted["name"], file.tell(), size))
    _, sha256 = digests(path)
    if wanted.get("sha256", sha256) != sha256:
        raise Failed("%s has SHA-256 %s, and latest says %s" % (wanted["name"], sha256, wanted["sha256"]))


def restore(flags, wanted, url, beside):
    member = os.path.join(flags["data-dir"], "member")
    if os.path.exists(member):
        raise Failed("%s has files, and no write-ahead log: they have to be moved away first" % member)
    os.makedirs(beside, 0o700)
    path, made = beside + "/snapshot.db", beside + "/made"
    download(url, wanted, path)
    name, peer = flags["name"], flags["initial-advertise-peer-urls"]
    new = {"name": name, "initial-advertise-peer-urls": peer, "initial-cluster": "%s=%s" % (name, peer), "initial-cluster-token": uuid.uuid4().hex}
    options = ["--%s=%s" % each for each in new.items()]
    run("etcdutl", "snapshot", "restore", path, "--data-dir", made, *options, "--bump-revision", str(BUMP), "--mark-compacted")
    os.sync()
    os.rename(made + "/member", member)
    os.sync()


def main(flags):
    name, url, final = (os.environ.pop(each, "") for each in ("RESTORE_FROM", "RESTORE_GET", "RESTORE_FINAL"))
    data, beside = flags["data-dir"], os.path.join(flags["data-dir"], "restoring")
    shutil.rmtree(beside, ignore_errors=True)
    if flags["initial-cluster-state"] != "new" or glob.glob(os.path.join(data, "member/wal/*.wal")):
        return
    try:
        wanted = chosen(url, name, final)
        restore(flags, wanted, url, beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    print("restored %s: what was written after %s is lost" % (wanted["name"], wanted.get("time", "it")), flush=True)


try:
    main(dict(each[2:].split("=", 1) for each in sys.argv[1:]))
except (Failed, OSError) as why:
    print("not restored, and etcd not started: %s" % why, flush=True)
    time.sleep(PAUSE)
    raise SystemExit(1)
os.execvp("etcd", ["etcd"] + sys.argv[1:])
