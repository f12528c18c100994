#!/usr/bin/env python3
"""Downloads the node's binaries, checks every SHA-256 before anything is installed, and installs them.

Reads /etc/hostroute/artifacts.json: [{"url", "sha256", "install": {target path: member or null}}].
Usage: fetch.py [ROOT]; every path is below ROOT, which is / unless another one is given.
Python, because cloud-init brings it along on every image, while curl or wget may be missing.

Runs at every boot: /var/lib/hostroute/installed/SHA-256 says what each file of a download has to be, {path: SHA-256}, and a file
that is something else (after a power cut, or half a write to a full disk) is fetched again.
"""
import hashlib, http.client, io, itertools, json, os, sys, tarfile, time, urllib.request

ROOT = sys.argv[1] if len(sys.argv) > 1 else ""
STATE = ROOT + "/var/lib/hostroute"
LONGEST_PAUSE = 30  # seconds


def say(text):
    print("hostroute-fetch: " + text, flush=True)


def fail(text):
    say("FATAL: " + text)
    try:
        with open("/dev/console", "w") as console:
            console.write("hostroute-fetch: FATAL: " + text + "\n")
    except OSError:
        pass
    sys.exit(3)


def chunks(stream):
    return iter(lambda: stream.read(1 << 20), b"")


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in chunks(file):
            digest.update(chunk)
    return digest.hexdigest()


def install(path, source, mode=0o755):
    """A file that is whole or not there at all, whenever the power goes: rename(2) alone does not wait for the content. Its SHA-256."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    digest = hashlib.sha256()
    with open(path + ".new", "wb") as target:
        for chunk in chunks(source):
            digest.update(chunk)
            target.write(chunk)
        os.fchmod(target.fileno(), mode)
        target.flush()
        os.fsync(target.fileno())
    os.rename(path + ".new", path)  # atomic, also over a running program
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    return digest.hexdigest()


def download(artifact, path):
    with urllib.request.urlopen(artifact["url"], timeout=60) as answer, open(path, "wb") as target:
        for chunk in chunks(answer):
            target.write(chunk)
        size, length = target.tell(), answer.headers.get("Content-Length")
        length_known = length is not None or answer.headers.get("Transfer-Encoding") == "chunked"
    # read(amount) does not mind a body that ends too early (python/cpython#115997).
    if length is not None and size != int(length):
        raise http.client.HTTPException("%d of %s bytes" % (size, length))
    digest = sha256(path)
    if digest == artifact["sha256"]:
        return
    wrong = "has SHA-256 %s, expected %s" % (digest, artifact["sha256"])
    if not length_known:
        raise http.client.HTTPException("%s; perhaps cut short, since the mirror names no length" % wrong)
    fail("%s %s: nothing of it was installed" % (artifact["url"], wrong))


def unpack(artifact, path):
    """What is installed where: the download itself, or members of the archive that it is."""
    archive, members = None, {None: None}
    if any(artifact["install"].values()):
        archive = tarfile.open(path)
        members.update((os.path.normpath(member.name), member) for member in archive.getmembers() if member.isfile())
    for name in artifact["install"].values():
        if name not in members:
            fail("%s holds no %s" % (artifact["url"], name))
    for target, name in artifact["install"].items():
        yield target, open(path, "rb") if name is None else archive.extractfile(members[name])


def stamp(artifact):
    return "%s/installed/%s" % (STATE, artifact["sha256"])


def installed(artifact):
    """Whether each file is there and what it has to be."""
    try:
        with open(stamp(artifact)) as file:
            digests = json.load(file)
        return all(sha256(ROOT + path) == digests[path] for path in artifact["install"])
    except (OSError, ValueError, KeyError, TypeError):  # not there, or from a run that did not get through
        return False


def fetch(artifact):
    path = STATE + "/download"
    os.makedirs(STATE, exist_ok=True)
    try:
        download(artifact, path)
        digests = {}
        for target, source in unpack(artifact, path):
            with source:
                digests[target] = install(ROOT + target, source)
    finally:
        if os.path.exists(path):
            os.remove(path)
    install(stamp(artifact), io.BytesIO(json.dumps(digests).encode()), 0o644)


def main():
    with open(ROOT + "/etc/hostroute/artifacts.json") as file:
        artifacts = json.load(file)
    for artifact in artifacts:
        if installed(artifact):
            continue
        for attempt in itertools.count(1):
            try:
                fetch(artifact)
                say("installed %s" % ", ".join(sorted(artifact["install"])))
                break
            # A mirror that is away, a transfer cut short, a full disk: all of them may pass.
            except (OSError, http.client.HTTPException) as error:
                say("%s: %s (attempt %d)" % (artifact["url"], error, attempt))
                time.sleep(min(2**attempt, LONGEST_PAUSE))


main()
