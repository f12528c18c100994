"""The route plan that the stack publishes in the cluster, as a node reads and keeps it: for workers whose routes DHCP does not bring.

Two ConfigMaps in kube-public (objects/routePlan.ts). The first is written before an update makes servers, the second when it has made
all: what either names stands. So routes of workers that come are there before those, and routes of workers that leave go after them.
{"tier": "nodes", "routes": "10.200.0.0/24 via 10.106.1.2\\n...", "sha256": of both}; of tier `subnet`, host routes and DHCP have it all.
"""
import collections, hashlib, http.client, ipaddress, json, os, ssl, time, urllib.parse

NAMES = ("hostroute-routes", "hostroute-routes-settled")
WHERE = "/api/v1/namespaces/kube-public/configmaps/"
PKI = os.environ.get("HOSTROUTE_PKI", "/etc/kubernetes/pki")
KEPT = os.environ.get("STATE_DIRECTORY", "/var/lib/hostroute-learn-routes")
# Half a kilobyte, whatever the plan's size. A server that knows it not gives all (kubernetes.io/docs/reference/using-api/api-concepts).
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"

Said = collections.namedtuple("Said", "uid version tier routes")


def said(found):
    """What an object says. @raises ValueError where it is not whole, LookupError or TypeError where it is something else."""
    tier, text, meta = found["data"]["tier"], found["data"]["routes"], found["metadata"]
    if hashlib.sha256((tier + "\n" + text).encode()).hexdigest() != found["data"]["sha256"] or tier not in ("nodes", "subnet"):
        raise ValueError("the published route plan is damaged")
    return Said(meta["uid"], int(meta["resourceVersion"]), tier, [tuple(line.split(" via ")) for line in text.splitlines()])


def kept(name):
    try:
        with open(os.path.join(KEPT, name)) as file:
            return said(json.load(file))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep(name, found):
    """So that it is there after a power cut, or the one before it."""
    path = os.path.join(KEPT, name)
    with open(path + ".new", "w") as file:
        json.dump({"metadata": {key: found["metadata"][key] for key in ("uid", "resourceVersion")}, "data": found["data"]}, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".new", path)


class Book:
    """What this node knows of the plan: of each object the newest that it has ever read whole."""

    def __init__(self, url, client):
        self.server, self.client = urllib.parse.urlsplit(url), client
        self.known = {name: kept(name) for name in NAMES}
        self.older, self.wrong = [], ""

    @property
    def begun(self):
        """Whether it knows the plan: a new node takes no pods before that. The second object is written later still."""
        return self.known[NAMES[0]] is not None

    @property
    def asks_dhcp(self):
        return any(each is None or each.tier == "subnet" for each in self.known.values())

    @property
    def routes(self):
        return [each.routes for each in (*self.known.values(), *self.older) if each]

    def read(self, newest=False):
        """Asks the API, `newest` not for what its server remembers but for what is written. @returns whether it has confirmed all."""
        self.older, self.wrong = [], ""
        try:
            context = ssl.create_default_context(cafile=os.path.join(PKI, "ca.crt"))
            context.load_cert_chain(*(os.path.join(PKI, self.client + end) for end in (".crt", ".key")))
            link = http.client.HTTPSConnection(self.server.hostname, self.server.port or 443, context=context, timeout=5)
            try:
                for name in NAMES:
                    self.learn(name, lambda accept: get(link, name + ("" if newest else "?resourceVersion=0"), accept))
            finally:
                link.close()
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as error:
            self.wrong = "the API does not give the route plan: %s" % (error or type(error).__name__)
        return not self.wrong

    def learn(self, name, ask):
        known, meta = self.known[name], ask(METADATA)["metadata"]
        if known and (known.uid, known.version) == (meta["uid"], int(meta["resourceVersion"])):
            return
        found = ask("application/json")
        new = said(found)
        for destination, hop in new.routes:
            ipaddress.IPv4Network(destination), ipaddress.IPv4Address(hop)
        if known and known.uid == new.uid and new.version < known.version:
            # From a server that lags, or an etcd that was restored: it may add what is missing, and takes nothing away.
            self.older.append(new)
            raise ValueError("%s is older than what this node has" % name)
        keep(name, found)
        self.known[name] = new

    def awaited(self, seconds):
        """Asks until the plan is known, for some time. @returns whether it is"""
        end = time.monotonic() + seconds
        while not self.begun and time.monotonic() < end:
            time.sleep(2)
            self.read()
        return self.begun


def get(link, what, accept):
    link.request("GET", WHERE + what, headers={"Accept": accept})
    with link.getresponse() as answer:
        body = answer.read()
        if answer.status != 200:
            raise ValueError("%d for %s" % (answer.status, what))
        return json.loads(body)
