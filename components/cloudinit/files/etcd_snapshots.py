"""Snapshots of etcd, for etcd-snapshot.py and etcd-hand-over.py: where the stack wants them, and how one is taken."""
import base64, fcntl, hashlib, json, os, secrets, shutil, signal, time

from etcd_cluster import Node, Refused, Waiting, ask, host, opener
from object_store import Failed, ask as ask_store, digests, room, run

MARK = os.environ.get("HOSTROUTE_HANDED_OVER", "/var/lib/hostroute/handed-over")
SECRET = "secrets/hostroute-etcd-snapshots"
LIMIT = 3600  # seconds for everything
FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def stop(number, _):
    """Cleans up, too, when it takes too long or the unit is stopped."""
    raise Failed("it took longer than %d s" % LIMIT if number == signal.SIGALRM else "it was stopped")


def written(path, value, mode=0o600):
    """Whole or not at all, and for root alone unless said otherwise; there after a power cut, too."""
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".new", path)


def read(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return {}


class Snapshots:
    """What this node has to do with them, by CONFIG: JSON with `flags` (etcd's own) and `folder`."""

    def __init__(self, path):
        config = read(path)
        self.node, self.folder = Node(config["flags"]), config["folder"]
        self.pki = os.path.dirname(self.node.ca)
        os.makedirs(self.folder, 0o700, exist_ok=True)

    def api(self, what, body=None, **how):
        """One of kube-system's objects, as this node's own API server has it. Kubernetes' own roles let controllers read them."""
        ca, *pair = (os.path.join(self.pki, name) for name in ("ca.crt", "controller-manager.crt", "controller-manager.key"))
        return ask(opener(ca, pair), "https://%s:6443/api/v1/namespaces/kube-system/%s" % (host(self.node.client), what), body, **how)

    def store(self):
        """What the stack says, or has said last while the API is away; nothing where it wants no snapshots."""
        kept = os.path.join(self.folder, "store.json")
        try:
            data = self.api(SECRET)["data"]
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

    def status(self):
        status = self.node.ask(self.node.client + "/v3/maintenance/status", {})
        if "leader" not in status:  # zero is left out
            raise Failed("etcd has no leader")
        return status

    def alone(self):
        """Held until it is closed: one at a time, and not for ever."""
        for number in (signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, stop)
        signal.alarm(LIMIT)
        lock = open(os.path.join(self.folder, "lock"), "w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock

    def take(self, store, status, **more):
        """Says what it is in `latest`, with `more`. @returns its name"""
        work = os.path.join(self.folder, "now")
        shutil.rmtree(work, ignore_errors=True)  # of a run that was killed
        os.mkdir(work, 0o700)
        try:
            room(work, int(status["dbSize"]))
            return self.upload(store, status["version"], work + "/etcd.db", more)
        finally:
            shutil.rmtree(work)

    def upload(self, store, release, path, more):
        found, (md5, sha256) = self.save(path), digests(path)
        now, size = time.gmtime(), os.path.getsize(path)
        name = "%s-%s-%s.db" % (time.strftime("%Y%m%dT%H%M%SZ", now), self.node.name, secrets.token_hex(8))
        with open(path, "rb") as body:
            put(store, name, body, size, md5)
        latest = {"name": name, "time": time.strftime(FORMAT, now), "sha256": sha256, "size": size}
        latest.update(revision=found["revision"], keys=found["totalKey"], etcd=release, kubernetes=store["kubernetes"], **more)
        body = json.dumps(latest).encode()
        put(store, "latest", body, len(body), hashlib.md5(body).hexdigest())
        print("snapshot %(name)s: %(size)d bytes, revision %(revision)d, %(keys)d keys" % latest, flush=True)
        return name

    def save(self, path):
        node, (cert, key) = self.node, self.node.pair
        run("etcdctl", "--endpoints", node.client, "--cacert", node.ca, "--cert", cert, "--key", key, "snapshot", "save", path)
        return json.loads(run("etcdutl", "snapshot", "status", path, "--write-out", "json"))


def put(store, name, body, size, md5):
    # The store compares what it got with the MD5, and keeps nothing that differs (422).
    headers = {"Content-Length": str(size), "ETag": md5, "X-Delete-After": store["keep"]}
    ask_store(store["put"], "PUT", name, body, headers).close()
