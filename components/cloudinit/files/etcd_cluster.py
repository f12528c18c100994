"""A node among the members of its cluster's etcd, by etcd's HTTP gateway. For etcd-member.py, etcd-report.py and etcd-snapshot.py."""
import glob, http.client, json, os, ssl, time, urllib.error, urllib.parse, urllib.request

TIMEOUT = 5  # seconds, for each question


class Waiting(Exception):
    """Why it does not go on yet."""

    pass


class Refused(Waiting):
    """The same, by whoever was asked."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


def host(url):
    return urllib.parse.urlsplit(url).hostname


def opener(ca, pair):
    """Shows a certificate, and accepts one by an authority. Past any proxy: these are neighbours."""
    tls = urllib.request.HTTPSHandler(context=context(ssl.PROTOCOL_TLS_CLIENT, ca, pair))
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), tls)


def context(side, ca, pair):
    made = ssl.SSLContext(side)
    made.load_cert_chain(*pair)
    made.load_verify_locations(ca)
    made.verify_mode = ssl.CERT_REQUIRED
    return made


def ask(through, url, body=None, read=json.load, **how):
    """@raises Waiting when there is no answer, or a refusal"""
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), **how)
    try:
        with through.open(request, None, TIMEOUT) as answer:
            return read(answer)
    except urllib.error.HTTPError as error:
        text = error.read().decode(errors="replace").strip()
        try:
            why = json.loads(text)["message"]
        except (ValueError, KeyError, TypeError):
            why = "%d %s" % (error.code, text)
        raise Refused(error.code, why)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Waiting(str(getattr(error, "reason", error)))


def first_of(urls, question):
    """The first URL that answers, and what it answers."""
    silent = []
    for name, url in urls.items():
        try:
            return url, question(url)
        except Waiting as why:
            silent.append("%s: %s" % (name, why))
    raise Waiting("; ".join(silent))


def patiently(attempt, patience, pause=1):
    """Tries until it succeeds; ends with 1 after that many seconds. Says why it waits, once for each reason."""
    last, end = None, time.monotonic() + patience
    while True:
        try:
            return attempt()
        except Waiting as why:
            if str(why) != last:
                print("waiting: %s" % why, flush=True)
            last = str(why)
        if time.monotonic() > end:
            raise SystemExit(1)
        time.sleep(pause)


class Node:
    """This node, by the flags of its etcd."""

    def __init__(self, arguments):
        self.flags = dict(each[2:].split("=", 1) for each in arguments)
        self.name, self.peer = self.flags["name"], self.flags["initial-advertise-peer-urls"]
        self.client = self.flags["advertise-client-urls"]
        self.planned = dict(each.split("=", 1) for each in self.flags["initial-cluster"].split(","))
        self.others = {name: peer for name, peer in self.planned.items() if peer != self.peer}
        self.ca, self.pair = self.flags["trusted-ca-file"], (self.flags["cert-file"], self.flags["key-file"])
        self.opener = opener(self.ca, self.pair)

    def has_data(self):
        """etcd's own criterion: a write-ahead log (server/etcdserver/bootstrap.go)."""
        return bool(glob.glob(os.path.join(self.flags["data-dir"], "member/wal/*.wal")))

    def ask(self, url, body=None):
        return ask(self.opener, url, body)

    def clients(self):
        """Where the other planned members answer."""
        port = self.client.rsplit(":", 1)[1]
        return {name: "%s:%s" % (peer.rsplit(":", 1)[0], port) for name, peer in self.others.items()}

    def list(self, url):
        """The members as a majority of them knows them: what is not linearizable may be long past."""
        return self.ask(url + "/v3/cluster/member/list", {"linearizable": True})

    def mine(self, members):
        return [each for each in members if self.peer in each["peerURLs"] or each.get("name") == self.name]

    def healthy(self, member):
        try:
            # A full store makes no member's vote worse.
            return self.ask(member["clientURLs"][0] + "/health?exclude=NOSPACE")["health"] == "true"
        except (Waiting, LookupError):  # one that has never started has no URL
            return False

    def forget(self, url, stale, members, why):
        """Has a member removed, provided that those who are left have a majority of their own. etcd looks at that, too."""
        voters = [each for each in members if each is not stale and not each.get("isLearner")]
        healthy = sum(self.healthy(each) for each in voters)
        if not stale.get("isLearner") and healthy <= len(voters) // 2:
            raise Waiting("%d of %d other voters are healthy, too few to remove %x, %s" % (healthy, len(voters), int(stale["ID"]), why))
        self.ask(url + "/v3/cluster/member/remove", {"ID": stale["ID"]})
        print("removed %x, %s" % (int(stale["ID"]), why), flush=True)
