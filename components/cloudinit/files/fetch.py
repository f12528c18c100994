#!/usr/bin/env python3
"""Downloads the node's binaries, checks every SHA-256 before anything is installed, and installs them.

Reads /etc/hostroute/artifacts.json: [{"url", "sha256", "install": {target path: member or null}}].
Usage: fetch.py [ROOT]; every path is below ROOT, which is / unless another one is given.
Python, because cloud-init brings it along on every image, while curl or wget may be missing.

Runs at every boot: /var/lib/hostroute/installed/SHA-256 says what each file of a download has to be, {path: SHA-256}, and a file
that is something else (after a power cut, or half a write to a full disk) is fetched again.
"""
import gzip, hashlib, http.client, io, itertools, json, os, sys, tarfile, time, urllib.request, zlib

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


def save(source, path):
    """Its SHA-256 and size, once all of it is on the disk."""
    digest, size = hashlib.sha256(), 0
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as target:
        for chunk in chunks(source):
            digest.update(chunk)
            size += target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest(), size


def place(saved, path, mode=0o755):
    """A file that is whole or not there at all, whenever the power goes: rename(2) alone does not wait for the content."""
    os.chmod(saved, mode)
    os.rename(saved, path)  # atomic, also over a running program
    descriptor = os.open(os.path.dirname(path), os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def is_program(artifact):
    """Whether the download is what is installed, and no archive."""
    return list(artifact["install"].values()) == [None]


def download(artifact, path):
    # A third of the bytes, where the mirror has programs so. Some servers call every .tar.gz encoded: its digest is that of what they send.
    packable = is_program(artifact)
    request = urllib.request.Request(artifact["url"], headers={"Accept-Encoding": "gzip" if packable else "identity"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        packed = packable and answer.headers.get("Content-Encoding") == "gzip"  # which says itself where it ends
        digest, size = save(gzip.GzipFile(fileobj=answer) if packed else answer, path)
        length = None if packed else answer.headers.get("Content-Length")
        length_known = packed or length is not None or answer.headers.get("Transfer-Encoding") == "chunked"
    # read(amount) does not mind a body that ends too early (python/cpython#115997).
    if length is not None and size != int(length):
        raise http.client.HTTPException("%d of %s bytes" % (size, length))
    if digest == artifact["sha256"]:
        return
    wrong = "has SHA-256 %s, expected %s" % (digest, artifact["sha256"])
    if not length_known:
        raise http.client.HTTPException("%s; perhaps cut short, since the mirror names no length" % wrong)
    fail("%s %s: nothing of it was installed" % (artifact["url"], wrong))


def unpack(artifact, path):
    """Puts what was downloaded, or members of the archive that it is, beside where it belongs: {path: SHA-256}."""
    if is_program(artifact):
        return {target: artifact["sha256"] for target in artifact["install"]}  # it is there already
    archive = tarfile.open(path)
    members = {os.path.normpath(member.name): member for member in archive.getmembers() if member.isfile()}
    for name in artifact["install"].values():
        if name not in members:
            fail("%s holds no %s" % (artifact["url"], name))
    digests = {}
    for target, name in artifact["install"].items():
        with archive.extractfile(members[name]) as source:
            digests[target], _ = save(source, beside(target))
    return digests


def beside(target):
    return ROOT + target + ".new"


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
    targets = list(artifact["install"])
    # A program is written once, an archive's members are copied.
    path = beside(targets[0]) if is_program(artifact) else STATE + "/download"
    try:
        download(artifact, path)
        digests = unpack(artifact, path)
        for target in targets:
            place(beside(target), ROOT + target)
    finally:
        for file in [path] + [beside(target) for target in targets]:
            if os.path.exists(file):
                os.remove(file)
    save(io.BytesIO(json.dumps(digests).encode()), stamp(artifact) + ".new")
    place(stamp(artifact) + ".new", stamp(artifact), 0o644)


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
            except (OSError, EOFError, zlib.error, http.client.HTTPException) as error:
                say("%s: %s (attempt %d)" % (artifact["url"], error, attempt))
                time.sleep(min(2**attempt, LONGEST_PAUSE))


main()
