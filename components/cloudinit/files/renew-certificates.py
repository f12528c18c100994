#!/usr/bin/env python3
"""Takes over the certificates that the stack has issued anew for this node's keys; the keys themselves never travel.

Reads the node's ConfigMap in kube-public, {"kubelet.crt": PEM, ...}. Usage: renew-certificates.py API-URL NODE KNOWN CLIENT [UNIT...]
KNOWN: a file with what this node has for its own, {"kubelet": {"authority": "ca", "client": true, "server": true}, ...}. CLIENT: whose certificate to ask with. UNITs are restarted after a change; all others read their files again by themselves.

Whoever may write in kube-public is not trusted to say who this node is, or whom it trusts. One certificate comes into an old one's
place, and nothing else: for the same key, subject and names, of the same authority, for the same uses, valid now, and no older.
"""
import collections, json, os, re, ssl, subprocess, sys, urllib.error, urllib.parse, urllib.request

PKI = os.environ.get("HOSTROUTE_PKI", "/etc/kubernetes/pki")
DUE = os.path.join(PKI, ".restart-due")  # stands from a change to the restart after it, whatever comes between
Kind = collections.namedtuple("Kind", "authority client server")
ONE = re.compile("-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----\n?")
NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME (openssl/x509_vfy.h)


def pki(name, ending="crt"):
    return os.path.join(PKI, "%s.%s" % (name, ending))


def offered(url, node, client):
    context = ssl.create_default_context(cafile=pki("ca"))
    context.load_cert_chain(pki(client), pki(client, "key"))
    address = "%s/api/v1/namespaces/kube-public/configmaps/hostroute-certificates-%s" % (url, node)
    try:
        with urllib.request.urlopen(address, context=context, timeout=10) as answer:
            return sorted((json.load(answer).get("data") or {}).items())
    except urllib.error.HTTPError as error:
        if error.code == 404:  # not written yet, at the first boot
            return []
        raise


def verified(path, name, kind, flags=0):
    """What a certificate says, after a handshake in memory in which it serves for whatever it is to serve for.

    @raises ssl.SSLError when it does not go with the key, or its authority, dates or uses are not right.
    """
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False  # names are compared with those of the old certificate
    for context, verifies in ((server, kind.client), (client, kind.server)):
        context.load_cert_chain(path, pki(name, "key"))
        context.load_verify_locations(pki(kind.authority))
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
    with open(pki(name)) as file:
        if file.read() == content:
            return None
    if not ONE.fullmatch(content):
        raise ValueError("it is not exactly one certificate")
    stat = os.stat(pki(name))
    new = pki(name, "crt.new")
    with open(new, "w") as file:
        os.fchmod(file.fileno(), stat.st_mode & 0o777)
        os.fchown(file.fileno(), stat.st_uid, stat.st_gid)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
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


def install(names):
    """Puts what is staged in the old ones' places, so that it is there after a power cut, too."""
    with open(DUE, "w"):
        pass
    for name in names:
        os.rename(pki(name, "crt.new"), pki(name))
    folder = os.open(PKI, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    print("renewed " + ", ".join(name + ".crt" for name in names), flush=True)


def main(url, node, known, client, *units):
    host = urllib.parse.urlsplit(url).hostname
    with open(known) as file:
        kinds = {name: Kind(**kind) for name, kind in json.load(file).items()}
    accepted, failed = [], False
    for file, content in offered(url, node, client):
        name = file[: -len(".crt")] if file.endswith(".crt") else None
        try:
            if name not in kinds:
                raise ValueError("it is no certificate of this node's own")
            accepted += filter(None, [staged(name, kinds[name], content, host)])
        except (OSError, ValueError) as error:
            print("%s stays as it is, and the new one is not taken: %s" % (file, error), flush=True)
            failed = True
    if accepted:
        install(accepted)
    if os.path.exists(DUE):
        for unit in units:
            subprocess.run(["systemctl", "try-restart", unit], check=True)
        os.remove(DUE)
    return failed


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        sys.exit(str(error))
