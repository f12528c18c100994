#!/usr/bin/env python3
"""Takes over the certificates that the stack has issued anew for this node's keys; the keys themselves never travel.

Reads the node's ConfigMap in kube-public, {"kubelet.crt": PEM, ...}. Usage: renew-certificates.py API-URL NODE CLIENT [UNIT...]
CLIENT: whose certificate to ask with. UNITs are restarted after a change; all others read their files again by themselves.
"""
import json, os, ssl, subprocess, sys, urllib.error, urllib.request

PKI = os.environ.get("HOSTROUTE_PKI", "/etc/kubernetes/pki")


def certificates(url, node, client):
    context = ssl.create_default_context(cafile=PKI + "/ca.crt")
    context.load_cert_chain("%s/%s.crt" % (PKI, client), "%s/%s.key" % (PKI, client))
    address = "%s/api/v1/namespaces/kube-public/configmaps/hostroute-certificates-%s" % (url, node)
    try:
        with urllib.request.urlopen(address, context=context, timeout=10) as answer:
            data = json.load(answer).get("data") or {}
            return sorted((name, content) for name, content in data.items() if name.endswith(".crt"))
    except urllib.error.HTTPError as error:
        if error.code == 404:  # not written yet, at the first boot
            return []
        raise


def renew(name, content):
    """Puts a certificate in the old one's place, if it is for the same key; says whether it did."""
    path = os.path.join(PKI, os.path.basename(name))
    with open(path) as file:
        if file.read() == content:
            return False
    with open(path + ".new", "w") as file:
        file.write(content)
    ssl.create_default_context().load_cert_chain(path + ".new", path[: -len(".crt")] + ".key")
    os.rename(path + ".new", path)
    return True


def main(url, node, client, *units):
    renewed, failed = [], False
    for name, content in certificates(url, node, client):
        try:
            if renew(name, content):
                renewed.append(name)
        except OSError as error:  # ssl.SSLError is one
            print("%s stays as it is: the new one does not go with this node's key (%s)" % (name, error), flush=True)
            failed = True
    if renewed:
        print("renewed " + ", ".join(renewed), flush=True)
        for unit in units:
            subprocess.run(["systemctl", "try-restart", unit], check=True)
    return failed


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (OSError, ValueError) as error:
        sys.exit(str(error))
