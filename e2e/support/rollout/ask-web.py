"""Asks a NodePort ten times a second until it is told to end (SIGINT), as a balancer does that looks after its targets; says what became of it.

A node whose kube-proxy does not answer on its health port is left out, since its server may be on its way out. Whatever else goes wrong on the
way to a pod, or at it, is a failed request.
"""

import http.client
import json
import os
import signal
import sys
import time

PIDFILE = "/run/ask-web.pid"
HEALTH = 10256  # kube-proxy's
EVERY = 0.1
TIMEOUT = 2
port, nodes = int(sys.argv[1]), sys.argv[2:]
asked, failed, moved, longest, ended = 0, [], 0, 0.0, False


def end(*_):
    global ended
    ended = True


def get(address, at, path="/"):
    """@return the body; raises where there is no answer or another one than 200"""
    connection = http.client.HTTPConnection(address, at, timeout=TIMEOUT)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise OSError("status %d" % answer.status)
        return body
    finally:
        connection.close()


def works(node):
    try:
        get(node, HEALTH, "/healthz")
        return True
    except (OSError, http.client.HTTPException):
        return False


signal.signal(signal.SIGINT, end)
with open(PIDFILE, "w") as file:
    file.write(str(os.getpid()))
last = time.monotonic()
while not ended:
    begun = time.monotonic()
    asked += 1
    for _ in nodes:
        try:
            get(nodes[0], port)
            longest = max(longest, time.monotonic() - last)
            last = time.monotonic()
            break
        except (OSError, http.client.HTTPException) as reason:
            if works(nodes[0]):
                failed.append("%s: %s %s" % (nodes[0], type(reason).__name__, reason))
                break
            nodes = nodes[1:] + nodes[:1]
            moved += 1
    else:
        failed.append("no node works")
    time.sleep(max(0, EVERY - (time.monotonic() - begun)))
print(json.dumps({"asked": asked, "failed": failed, "moved": moved, "longest": round(longest, 1)}))
