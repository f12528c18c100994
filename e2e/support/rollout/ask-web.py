"""Asks a NodePort ten times a second until it is told to end (SIGINT), as a balancer does that looks after its targets; says what became of it.

ask-web.py PORT PODS NODE...: the file PODS has the addresses of the pods that are ready, as whoever starts this keeps it; one of them is asked as well
each time. There may be no such file.
A node whose kube-proxy does not answer on its health port is left out, since its server may be on its way out; so is a pod that has left the
file. Whatever else goes wrong on the way to a pod, or at it, is a failed request.
"""

import http.client
import json
import os
import signal
import sys
import time

PIDFILE = "/run/ask-web.pid"
HEALTH = 10256  # kube-proxy's
WEB = 8080  # the pods' own
EVERY = 0.1
TIMEOUT = 2
port, pods, nodes = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
asked, by_pod, failed, moved, longest, ended = 0, 0, [], 0, 0.0, False


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


def ready():
    try:
        with open(pods) as file:
            return file.read().split()
    except FileNotFoundError:
        return []


def ask_pod(turn):
    """Asks one of the pods that are ready, each in its turn. @return how many answered"""
    there = ready()
    if not there:
        return 0
    pod = there[turn % len(there)]
    try:
        get(pod, WEB)
        return 1
    except (OSError, http.client.HTTPException) as reason:
        if pod in ready():
            failed.append("pod %s: %s %s" % (pod, type(reason).__name__, reason))
        return 0


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
    by_pod += ask_pod(asked)
    time.sleep(max(0, EVERY - (time.monotonic() - begun)))
print(json.dumps({"asked": asked, "byPod": by_pod, "failed": failed, "moved": moved, "longest": round(longest, 1)}))
