#!/usr/bin/env python3
"""Decides how this node's etcd starts, and has it promoted to a voter: what a control plane of several members needs.

etcd-member.py start ETCD FLAG...: becomes ETCD, with its flags changed to what is right now:
- There is data: as they are. Once with --force-new-cluster if the file force-new-cluster lies beside the data: the operator's word for
  going on from this member's data alone, where the majority is lost.
- There is none, and a majority of the members answers: they forget whatever stood for this node, and it joins them as a learner.
- No planned member has data, all of them say so, and the flags allow a new cluster: one of this member alone. The others join it.
- Else it waits, and says for what; after a minute it ends with 1.
etcd-member.py promote: has MAINPID, an etcd of this node, promoted; tries for as long as that is a learner.

A learner has no vote, so no quorum hangs on a member that has yet to catch up (etcd.io/docs/v3.6/learning/design-learner). A member
without its data never comes back by its old id: it does not know any more what it has acknowledged, and etcd panics (etcd-io/etcd#10254,
#20269). etcd, too, refuses changes that would cost the quorum (etcd.io/docs/v3.6/op-guide/runtime-configuration, --strict-reconfig-check).
Nothing is noted on the disk, so it may be interrupted anywhere: it begins anew.
"""
import http.server, json, os, shutil, socketserver, ssl, sys, threading, urllib.parse, uuid

sys.dont_write_bytecode = True
import etcd_cluster
from etcd_cluster import TIMEOUT, Waiting, patiently

PATIENCE = 60  # seconds
NO_DATA = "/hostroute/no-data"


class Node(etcd_cluster.Node):
    def forced(self):
        """The word counts once: etcd would throw out all others at every start."""
        try:
            os.remove(os.path.join(self.flags["data-dir"], "force-new-cluster"))
        except FileNotFoundError:
            return {}
        print("the operator's word: %s goes on as the only member" % self.name, flush=True)
        return {"force-new-cluster": "true"}

    def set_aside(self):
        """Moves away what is there without a log. etcd would take it for what it has already applied, and skip that."""
        left = os.path.join(self.flags["data-dir"], "member")
        if os.path.exists(left + ".old"):  # so this is of an attempt since then
            shutil.rmtree(left, ignore_errors=True)
        elif os.path.exists(left):
            os.rename(left, left + ".old")
            print("%s has no write-ahead log: renamed to member.old" % left, flush=True)

    def cluster(self):
        """Where to ask, and the members. All that answer are asked: there must be one cluster only."""
        answers, silent = {}, []
        for name, url in self.clients().items():
            try:
                answers[url] = self.list(url)
            except Waiting as why:
                silent.append("%s: %s" % (name, why))
        if not answers:
            raise Waiting("no other member answers for a majority (%s)" % "; ".join(silent))
        if len({answer["header"]["cluster_id"] for answer in answers.values()}) > 1:
            raise Waiting("there is more than one cluster: %s are not of the same" % ", ".join(answers))
        return next((url, answer["members"]) for url, answer in answers.items())

    def join(self):
        url, members = self.cluster()
        for stale in self.mine(members):
            self.forget(url, stale, members, "this node's old member")
        # One learner at a time (--max-learners): whoever comes second is refused, and tries again.
        added = self.ask(url + "/v3/cluster/member/add", {"peerURLs": [self.peer], "isLearner": True})
        own = added["member"]["ID"]
        print("joining as learner %x" % int(own), flush=True)
        # Members that have not started yet have no name. etcd compares nothing but URLs (membership.ValidateClusterAndAssignIDs).
        names = {each["ID"]: each.get("name") or each["ID"] for each in added["members"]}
        names[own] = self.name
        peers = ["%s=%s" % (names[each["ID"]], peer) for each in added["members"] for peer in each["peerURLs"]]
        return {"initial-cluster": ",".join(peers), "initial-cluster-state": "existing"}

    def found(self):
        """Silence proves nothing: a new cluster beside one that is merely out of reach would be a second truth."""
        for name, peer in self.others.items():
            try:
                planned = self.ask(peer + NO_DATA)
            except Waiting as why:
                raise Waiting("%s does not say that it has no data (%s)" % (name, why))
            if planned != self.planned:
                raise Waiting("%s is to be one of %s" % (name, ", ".join(planned)))
        print("none of %s has data: a new cluster begins here" % ", ".join(self.planned), flush=True)
        # By a token of its own: no data of an earlier cluster ever passes for this one's.
        alone = "%s=%s" % (self.name, self.peer)
        return {"initial-cluster": alone, "initial-cluster-state": "new", "initial-cluster-token": uuid.uuid4().hex}

    def decide(self):
        try:
            return self.join()
        except Waiting as why:
            if self.flags["initial-cluster-state"] != "new":
                raise
            try:
                return self.found()
            except Waiting as why_not:
                raise Waiting("%s; no new cluster: %s" % (why, why_not))

    def promote(self):
        if not self.ask(self.client + "/v3/maintenance/status", {}).get("isLearner"):
            return
        url, members = self.cluster()
        for each in self.mine(members):
            self.ask(url + "/v3/cluster/member/promote", {"ID": each["ID"]})
            print("promoted to a voter", flush=True)


class Answer(http.server.BaseHTTPRequestHandler):
    timeout = TIMEOUT

    def do_GET(self):
        self.send_response(200 if self.path == NO_DATA else 503)
        self.end_headers()
        self.wfile.write(json.dumps(self.server.planned).encode())

    def log_message(self, *_):
        pass


class PeerPort(socketserver.ThreadingTCPServer):
    """Says where peers look for etcd that this node has no data, until it becomes etcd."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, node):
        at = urllib.parse.urlsplit(node.peer)
        try:
            super().__init__((at.hostname, at.port), Answer)
        except OSError as error:
            raise Waiting("%s: %s" % (node.peer, error))
        self.planned = node.planned
        tls = etcd_cluster.context(ssl.PROTOCOL_TLS_SERVER, node.ca, node.pair)
        self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # somebody without a certificate


def main(what, *arguments):
    if what == "start":
        program, node = arguments[0], Node(arguments[1:])
        if node.has_data():
            node.flags.update(node.forced())
        else:
            patiently(lambda: PeerPort(node), PATIENCE)
            node.flags.update(patiently(node.decide, PATIENCE))
            node.set_aside()
        os.execv(program, [program] + ["--%s=%s" % flag for flag in node.flags.items()])
    with open("/proc/%s/cmdline" % os.environ["MAINPID"]) as command:
        node = Node(command.read().split("\0")[1:-1])
    patiently(node.promote, float("inf"))


main(*sys.argv[1:])
