#!/usr/bin/env python3
"""Hands the data of an only member of etcd over to the server that comes in this one's place, by a last snapshot.

etcd-hand-over.py CONFIG (that of etcd-snapshot.py): if the stack asks for it, in the ConfigMap hostroute-hand-over of kube-system: `server`,
this one's id by cloud-init, and `asked`, a number. Then nothing is written any more: MARK keeps Kubernetes' programs stopped, across
reboots too. A last snapshot is taken, which `latest` calls `final`, with both. If that fails, they are started again, and the answer is
`failed` and `seen`. Else etcd-hand-over.py CONFIG serve, a unit of its own, answers in the API server's place until the server is deleted.

MARK is there before anything is stopped, and gone before anything is started: so a final snapshot is what it says, whatever comes between.
"""
import http.server, json, os, ssl, subprocess, sys

sys.dont_write_bytecode = True
from etcd_cluster import Waiting, host, patiently
from etcd_snapshots import MARK, Snapshots, read, written
from object_store import Failed

INSTANCE = os.environ.get("HOSTROUTE_INSTANCE_ID", "/var/lib/cloud/data/instance-id")
ASKED = "configmaps/hostroute-hand-over"
PATCH = {"method": "PATCH", "headers": {"Content-Type": "application/merge-patch+json"}}
PROGRAMS = ["kube-scheduler", "kube-controller-manager", "kube-apiserver"]
SERVES = "hostroute-handed-over"
PATIENCE = 120  # seconds
NO_STORE = "the stack wants no snapshots"


def systemctl(what, units):
    subprocess.run(["systemctl", "--no-block" if what == "start" else "--quiet", what, *units], check=True)


def asked(snapshots):
    """The word that is for this server, if there is one that has not been answered."""
    try:
        data = snapshots.api(ASKED).get("data") or {}
        with open(INSTANCE) as file:
            mine = file.read().strip()
    except (Waiting, OSError):
        return None
    return data if data.get("server") == mine and data.get("asked") != data.get("seen") else None


def hand_over(snapshots):
    """@returns which word could not be kept, and why; None where there is nothing to say"""
    word = read(MARK)
    if word.get("snapshot"):
        systemctl("start", [SERVES])  # after a reboot
        return None
    if not word:
        found = asked(snapshots)
        if not found:
            return None
        # While the API answers: a new server may not have asked for it yet.
        if not snapshots.store():
            return found["asked"], NO_STORE
        word = {"server": found["server"], "asked": found["asked"]}
        written(MARK, word)
    print("handing over: nothing is written from here on", flush=True)
    systemctl("stop", PROGRAMS)
    try:
        with snapshots.alone():
            store = snapshots.store()
            if not store:
                raise Failed(NO_STORE)
            name = snapshots.take(store, snapshots.status(), final="%(server)s %(asked)s" % word)
    except (Failed, Waiting, OSError) as why:
        os.remove(MARK)
        systemctl("start", PROGRAMS)
        return word["asked"], str(why)
    written(MARK, dict(word, snapshot=name))
    systemctl("start", [SERVES])
    return None


class Answer(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(read(MARK)).encode())

    def log_message(self, *_):
        pass


def serve(snapshots):
    """Anybody may know: what is said is no secret."""
    server = http.server.ThreadingHTTPServer((host(snapshots.node.client), 6443), Answer)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(snapshots.pki + "/apiserver.crt", snapshots.pki + "/apiserver.key")
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


def main(path, what=""):
    snapshots = Snapshots(path)
    if what == "serve":
        serve(snapshots)
    failed = hand_over(snapshots)
    if failed:
        number, why = failed
        print("not handed over: %s" % why, flush=True)
        # The API is on its way back, and the stack waits for a word.
        patiently(lambda: snapshots.api(ASKED, {"data": {"failed": why, "seen": number}}, **PATCH), PATIENCE, 3)
        raise SystemExit(1)


main(*sys.argv[1:])
