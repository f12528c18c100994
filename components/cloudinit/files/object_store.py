"""Snapshots of etcd in the cluster's object store, by temporary URLs. For etcd-snapshot.py and etcd-restore.py."""
import hashlib, http.client, os, subprocess, urllib.parse

TIMEOUT = 60  # seconds without a byte
SPARE = 512 << 20  # bytes that stay free whatever happens: etcd stops where its disk is full
DIGEST = 32


class Failed(Exception):
    """Why there is no snapshot, or nothing to restore. Never with a URL, which is a secret. `status`: what the store has answered, if it has."""

    def __init__(self, why, status=None):
        super().__init__(why)
        self.status = status


def ask(url, method, name, body=None, headers={}):
    """@returns the answer, to be read and closed; @raises Failed"""
    at = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    connection = kind(at.netloc, timeout=TIMEOUT)
    try:
        try:
            connection.request(method, "%s%s?%s" % (at.path, urllib.parse.quote(name, ""), at.query), body, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # who refuses may say so before everything is sent
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        raise Failed("the object store does not answer to %s %s: %s" % (method, name, error or type(error).__name__))
    if answer.status in (200, 201):
        return answer
    connection.close()
    expired = "; the temporary URL may have expired, or its key may be another one" if answer.status in (401, 403) else ""
    raise Failed("the object store answers %d %s to %s %s%s" % (answer.status, answer.reason, method, name, expired), answer.status)


def room(folder, size):
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < size + SPARE:
        raise Failed("%d MiB are free for %s, and %d are needed" % (free >> 20, folder, (size + SPARE) >> 20))


def digests(path):
    """MD5, for the store, and SHA-256. @raises Failed if the file is not what its last bytes say: etcd's SHA-256 of all before"""
    md5, sha256 = hashlib.md5(), hashlib.sha256()
    left = os.path.getsize(path) - DIGEST
    with open(path, "rb") as file:
        while left > 0:
            chunk = file.read(min(left, 1 << 20))
            left -= len(chunk)
            md5.update(chunk)
            sha256.update(chunk)
        before, last = sha256.digest(), file.read()
    if before != last:
        raise Failed("the snapshot is damaged: its own SHA-256 is another")
    md5.update(last)
    sha256.update(last)
    return md5.hexdigest(), sha256.hexdigest()


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["ended with %d" % done.returncode]
        raise Failed("%s: %s" % (command[0], said[-1]))
    return done.stdout
