#!/usr/bin/env python3
"""Takes over the certificates that the stack has issued anew for this node's keys; the keys themselves never travel.

Reads the node's ConfigMap in kube-public, {"kubelet.crt": PEM, ...}. Usage: renew-certificates.py API-URL NODE KNOWN CLIENT [UNIT...] [-- UNIT...]
KNOWN: a file with what this node has for its own, {"kubelet": {"authority": "ca", "client": true, "server": true}, ...}. CLIENT: whose certificate to ask with. UNITs are restarted after a change, those behind -- after one of whom to trust; all others read their files again by themselves.

Whoever may write in kube-public is not trusted to say who this node is, or whom it trusts. One certificate comes into an old one's
place, and nothing else: for the same key, subject and names, of the same authority, for the same uses, valid now, and no older.

An authority comes beside another ("ca.crt": both) only with proof that the other vouches for it ("ca.proof"): a certificate of the new
one's for a key of this node's, and one of the other's for the new one's key. It goes only when this node's own certificates do without.
"""
import collections, hashlib, json, os, re, ssl, subprocess, sys, time, urllib.error, urllib.parse, urllib.request

PKI = os.environ.get("HOSTROUTE_PKI", "/etc/kubernetes/pki")
# Each stands from a change to the restart after it, whatever comes between.
DUE, TRUST_DUE = (os.path.join(PKI, name) for name in (".restart-due", ".trust-restart-due"))
Kind = collections.namedtuple("Kind", "authority client server")
CERTIFICATE = "-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n?"
ONE, TWO = re.compile(CERTIFICATE), re.compile("(%s)(%s)" % (CERTIFICATE, CERTIFICATE))
ONE_OR_TWO = re.compile("(?:%s){1,2}" % CERTIFICATE)
NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME (openssl/x509_vfy.h)


def pki(name, ending="crt"):
    return os.path.join(PKI, "%s.%s" % (name, ending))


def ask(address, client, patch=None):
    context = ssl.create_default_context(cafile=pki("ca"))
    context.load_cert_chain(pki(client), pki(client, "key"))
    request = urllib.request.Request(address)
    if patch is not None:
        request = urllib.request.Request(address, json.dumps(patch).encode(), {"Content-Type": "application/merge-patch+json"}, method="PATCH")
    with urllib.request.urlopen(request, context=context, timeout=10) as answer:
        return json.load(answer)


def offered(url, node, client):
    address = "%s/api/v1/namespaces/kube-public/configmaps/hostroute-certificates-%s" % (url, node)
    try:
        return sorted((ask(address, client).get("data") or {}).items())
    except urllib.error.HTTPError as error:
        if error.code == 404:  # not written yet, at the first boot
            return []
        raise


def verified(path, name, kind, flags=0, trusted=None):
    """What a certificate says, after a handshake in memory in which it serves for whatever it is to serve for.

    path: its file, which may have others behind it that lead to an authority. trusted: those to verify it by; default: this node's.
    @raises ssl.SSLError when it does not go with the key, or its authority, dates or uses are not right.
    """
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False  # names are compared with those of the old certificate
    for context, verifies in ((server, kind.client), (client, kind.server)):
        context.load_cert_chain(path, pki(name, "key"))
        context.load_verify_locations(cadata=trusted or read(pki(kind.authority)))
        context.verify_mode = ssl.CERT_REQUIRED if verifies else ssl.CERT_NONE
        context.verify_flags |= flags
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(back, there), server.wrap_bio(there, back, server_side=True)]
    waiting = ends
    for _ in range(10):
        waiting = [end for end in waiting if not done(end)]
    if waiting:
        raise ssl.SSLError("the handshake does not end")
    return ends[0 if kind.server else 1].getpeercert()


def read(path):
    with open(path) as file:
        return file.read()


def write(path, content, like):
    """A file with another one's owner and mode, on disk when this ends."""
    stat = os.stat(like)
    with open(path, "w") as file:
        os.fchmod(file.fileno(), stat.st_mode & 0o777)
        os.fchown(file.fileno(), stat.st_uid, stat.st_gid)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def done(end):
    try:
        end.do_handshake()
        return True
    except ssl.SSLWantReadError:
        return False


def problem(new, old, name, host):
    """What of a verified certificate keeps it from the old one's place; None when nothing does."""
    if new["subject"] != old["subject"]:
        return "it has another subject"
    names, before = (set(each.get("subjectAltName", ())) for each in (new, old))
    if name == "apiserver":
        # The API's addresses may change: floating IP, balancer. Not those that this node and the cluster's pods use.
        before = {each for each in before if each[1] in (host, "localhost", "127.0.0.1", "kubernetes.default.svc")}
        names &= before
    if names != before:
        return "it has other names"
    if ssl.cert_time_to_seconds(new["notBefore"]) < ssl.cert_time_to_seconds(old["notBefore"]):
        return "it is older"
    return None


def staged(name, kind, content, host):
    """Writes a certificate beside the old one if it may take its place: says whether it may, and None where they are the same.

    @raises OSError, of which ssl.SSLError is one, or ValueError that says why it may not.
    """
    if read(pki(name)) == content:
        return None
    if not ONE.fullmatch(content):
        raise ValueError("it is not exactly one certificate")
    new = pki(name, "crt.new")
    write(new, content, pki(name))
    try:
        # The old one may have expired.
        present = verified(pki(name), name, kind, NO_CHECK_TIME)
        wrong = problem(verified(new, name, kind), present, name, host)
        if wrong:
            raise ValueError(wrong)
    except (OSError, ValueError):
        os.remove(new)
        raise
    return name


def vouched(authority, new, proof, own):
    """Whether this node's authority vouches for a new one: by the proof a key of this node's is certified by either.

    @raises ValueError or OSError when it does not
    """
    parts = TWO.fullmatch(proof)
    if not parts:
        raise ValueError("it comes without proof that the authority before it vouches for it")
    leaf, both = pki(authority, "leaf.new"), pki(authority, "chain.new")
    name = next(name for name, kind in own.items() if kind.authority == authority)
    try:
        write(both, proof, pki(authority))
        verified(both, name, own[name])
        write(leaf, parts.group(1), pki(authority))
        verified(leaf, name, own[name], trusted=new)
    finally:
        for path in (leaf, both):
            if os.path.exists(path):
                os.remove(path)


def trusted(authority, content, proof, own):
    """The same as `staged` of an authority's certificates: which ones this node verifies others by."""
    present = read(pki(authority))
    old, new = ([each.strip() for each in ONE.findall(text)] for text in (present, content))
    if not ONE_OR_TWO.fullmatch(content) or len(set(new)) < len(new):
        raise ValueError("it is not one certificate or two")
    if sorted(old) == sorted(new):
        return None
    if not set(old) & set(new):
        raise ValueError("none of it is trusted yet")
    for each in set(new) - set(old):
        vouched(authority, each, proof, own)
    for name, kind in own.items():
        if kind.authority == authority:
            verified(pki(name), name, kind, trusted=content)
    write(pki(authority, "crt.new"), content, pki(authority))
    return authority


def install(names, due):
    """Puts what is staged in the old ones' places, so that it is there after a power cut, too."""
    with open(due, "w"):
        pass
    for name in names:
        os.rename(pki(name, "crt.new"), pki(name))
    folder = os.open(PKI, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    print("renewed " + ", ".join(name + ".crt" for name in names), flush=True)


def report(url, node, client, names):
    """Says what this node has and whom it trusts, as a digest of those files: an update waits for it. A worker says so at its own Node object."""
    said = hashlib.sha256()
    for file in sorted(names):
        found = sorted(each.strip() for each in ONE.findall(read(os.path.join(PKI, file))))
        said.update("".join("%s\n" % line for line in [file] + found).encode())
    if client == "kubelet":
        path, patch = "nodes/" + node, {"metadata": {"annotations": {"hostroute.dev/certificates": said.hexdigest()}}}
    else:
        path, patch = "namespaces/kube-system/configmaps/hostroute-certificates", {"data": {node: said.hexdigest()}}
    for left in 5, 4, 3, 2, 1, 0:
        try:
            return ask("%s/api/v1/%s" % (url, path), client, patch)
        except OSError:  # an API server answers 403 until it knows all roles
            if not left:
                raise
            time.sleep(3)


def taken(offers, stage, due):
    """Installs all of them that may be. Whether any may not."""
    accepted, failed = [], False
    for file, content in offers:
        try:
            accepted += filter(None, [stage(file[: -len(".crt")] if file.endswith(".crt") else None, content)])
        except (OSError, ValueError) as error:
            print("%s stays as it is, and the new one is not taken: %s" % (file, error), flush=True)
            failed = True
    if accepted:
        install(accepted, due)
    return failed


def main(url, node, known, client, *units):
    host = urllib.parse.urlsplit(url).hostname
    kinds = {name: Kind(**kind) for name, kind in json.loads(read(known)).items()}
    authorities = {kind.authority + ".crt" for kind in kinds.values()}
    proofs = {kind.authority + ".proof" for kind in kinds.values()}
    found = offered(url, node, client)
    proof = dict(found)

    def own(name, content):
        if name not in kinds:
            raise ValueError("it is no certificate of this node's own")
        return staged(name, kinds[name], content, host)

    def trust(name, content):
        return trusted(name, content, proof.get(name + ".proof", ""), kinds)

    # Whom to trust comes first: what is issued anew may be of a new authority.
    failed = taken([each for each in found if each[0] in authorities], trust, TRUST_DUE)
    failed |= taken([each for each in found if each[0] not in authorities | proofs], own, DUE)
    alone, both = units, ()
    if "--" in units:
        alone, both = units[: units.index("--")], units[units.index("--") + 1 :]
    for due, restarted in ((TRUST_DUE, both), (DUE, alone)):
        if os.path.exists(due):
            for unit in restarted:
                subprocess.run(["systemctl", "try-restart", unit], check=True)
            os.remove(due)
    # Only where its authorities were ever rotated.
    if any(file in authorities for file, _ in found):
        report(url, node, client, [file for file, _ in found if file in authorities or file[: -len(".crt")] in kinds])
    return failed


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        sys.exit(str(error))
