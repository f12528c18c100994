#!/usr/bin/env python3
"""Tells the stack which members etcd has, and has those removed that the stack wants to leave, before it deletes their servers.

etcd-report.py FLAG... (etcd's own). All by the ConfigMap hostroute-etcd of kube-system, which the stack makes (objects/etcd/script.ts) and
in which it names members that are `leaving`, by id: a new member at the same address has another one. They are removed by whichever node
comes first, by themselves in the end, and only as long as the others have a majority. The answer: `members`, as ADDRESS=ID=STATE=RELEASE
each, what keeps one from leaving (`waiting`), and what was `asked`, as `seen`: so the stack knows that the answer is a new one. The release
is that of the node's API server, which asks its own member alone; `-` until that is ready.

A node whose own member has been removed stops its API server: that has nothing to answer from, and a balancer that only looks whether a port
listens, as OVN's does, would go on sending clients there.
"""
import os, subprocess, sys, urllib.parse

sys.dont_write_bytecode = True
from etcd_cluster import Node, Waiting, ask, first_of, host, opener

WHERE = "/api/v1/namespaces/kube-system/configmaps/hostroute-etcd"
API_SERVER = "kube-apiserver.service"
PATCH = {"method": "PATCH", "headers": {"Content-Type": "application/merge-patch+json"}}


def address(member):
    return host(member["peerURLs"][0])


def state(node, member):
    if member.get("isLearner"):
        return "learner"
    return "voter" if node.healthy(member) else "silent"


def release(api, member):
    """Which one the member's own API server runs, if that is ready."""
    at = "https://%s:6443" % address(member)
    try:
        ask(api, at + "/readyz", read=lambda answer: answer.read())
        return ask(api, at + "/version")["gitVersion"]
    except Waiting:
        return "-"


def said(node, api, member):
    known = state(node, member)
    return "=".join((address(member), "%x" % int(member["ID"]), known, release(api, member) if known == "voter" else "-"))


def leave(node, url, members, leaving):
    """@returns who is left, and what keeps others from going"""
    going = [each for each in members if "%x" % int(each["ID"]) in leaving]
    try:
        # This one last: its own API server falls silent with it.
        for stale in sorted(going, key=lambda each: (node.peer in each["peerURLs"], address(each))):
            node.forget(url, stale, members, "%s, which is to leave" % address(stale))
            members = [each for each in members if each is not stale]
    except Waiting as why:
        return members, str(why)
    return members, ""


def removed(node):
    """Whether this node was a member and is none any more. In this order: a new member is on the list before it has data."""
    if not node.has_data():
        return False
    try:
        _, answer = first_of({node.name: node.client, **node.clients()}, node.list)
    except Waiting:
        return False
    return not node.mine(answer["members"])


def silence():
    if subprocess.call(["systemctl", "is-active", "--quiet", API_SERVER]) == 0:
        print("this node's member has been removed: its API server stops", flush=True)
        subprocess.call(["systemctl", "stop", "--no-block", API_SERVER])


def report(node):
    if removed(node):
        silence()
    folder = os.path.dirname(node.ca)
    ca, *pair = (os.path.join(folder, name) for name in ("ca.crt", "controller-manager.crt", "controller-manager.key"))
    api = opener(ca, pair)

    def servers(peers):
        return {peer: "https://%s:6443%s" % (host(peer), WHERE) for peer in peers}

    peers = [node.peer, *node.others.values()]
    try:
        _, answer = first_of(servers(peers), lambda url: ask(api, url))
    except Waiting:
        return  # the API is away, or the stack has not asked yet
    before = answer.get("data") or {}
    url, answer = first_of({node.name: node.client, **node.clients()}, node.list)
    members, waiting = leave(node, url, answer["members"], before.get("leaving", "").split())
    now = {"members": " ".join(sorted(said(node, api, each) for each in members)), "seen": before.get("asked", ""), "waiting": waiting}
    if any(before.get(key) != value for key, value in now.items()):
        first_of(servers(peers), lambda url: ask(api, url, {"data": now}, **PATCH))
        print("members: %s%s" % (now["members"], "; waiting: %s" % waiting if waiting else ""), flush=True)


try:
    report(Node(sys.argv[1:]))
except Waiting as why:
    print("waiting: %s" % why, flush=True)
    raise SystemExit(1)
