#!/usr/bin/env python3
"""Downloads the node's binaries, checks every SHA-256 before anything is installed, and installs them.

Reads /etc/hostroute/artifacts.json: [{"url", "sha256", "install": {target path: member or null}}].
Usage: fetch.py [ROOT]; every path is below ROOT, which is / unless another one is given.
Python, because cloud-init brings it along on every image, while curl or wget may be missing.
"""
import hashlib, io, itertools, json, os, sys, tarfile, time, urllib.request

ROOT = sys.argv[1] if len(sys.argv) > 1 else ""
PAUSE = 10  # seconds


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


def download(url):
    # For ever: what waits for this unit fails for good once it fails, and a mirror may come back after any time.
    for attempt in itertools.count(1):
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return answer.read()
        except OSError as error:
            say("%s: %s (attempt %d)" % (url, error, attempt))
            time.sleep(PAUSE)


def install(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "wb") as target:
        target.write(content)
    os.chmod(path + ".new", 0o755)
    os.rename(path + ".new", path)  # atomic, also over a running program


def members(artifact, content):
    """What is installed where: the download itself, or members of the archive that it is."""
    archive = None
    for path, member in artifact["install"].items():
        if member is None:
            yield path, content
            continue
        archive = archive or tarfile.open(fileobj=io.BytesIO(content))
        found = [m for m in archive.getmembers() if m.isfile() and os.path.normpath(m.name) == member]
        if not found:
            fail("%s holds no %s" % (artifact["url"], member))
        yield path, archive.extractfile(found[0]).read()


def main():
    for artifact in json.load(open(ROOT + "/etc/hostroute/artifacts.json")):
        stamp = "/var/lib/hostroute/installed/" + artifact["sha256"]
        if all(os.path.exists(ROOT + path) for path in [stamp, *artifact["install"]]):
            continue
        content = download(artifact["url"])
        digest = hashlib.sha256(content).hexdigest()
        if digest != artifact["sha256"]:
            fail("%s has SHA-256 %s, expected %s: nothing of it was installed" % (artifact["url"], digest, artifact["sha256"]))
        for path, data in list(members(artifact, content)):
            install(ROOT + path, data)
        install(ROOT + stamp, b"")
        say("installed %s" % ", ".join(sorted(artifact["install"])))


main()
