#!/usr/bin/env python3
"""Keeps etcd's members to those that the stack plans, and tells the stack which there are.

etcd-plan.py FLAG... (etcd's own). The stack writes into the ConfigMap hostroute-etcd of kube-system what is `planned`, as --initial-cluster
has it. Whoever else is a member is removed, before its server goes: by any node, by itself in the end, and only as the others' majority
allows. Notes beside it the `members` that there are now, the plan that this is about (`seen`), and what it waits for, if so (`waiting`).
"""
import os, sys, urllib.parse

sys.dont_write_bytecode = True
from etcd_cluster import Node, Waiting, ask, first_of, opener

WHERE = "/api/v1/namespaces/kube-system/configmaps/hostroute-etcd"


def keep(node):
    folder = os.path.dirname(node.ca)
    ca, *pair = (os.path.join(folder, name) for name in ("ca.crt", "controller-manager.crt", "controller-manager.key"))
    api = opener(ca, pair)

    def servers():  # its own falls silent when its member goes
        peers = {node.name: node.peer, **node.others}
        return {name: "https://%s:6443%s" % (urllib.parse.urlsplit(peer).hostname, WHERE) for name, peer in peers.items()}

    try:
        _, answer = first_of(servers(), lambda url: ask(api, url))
    except Waiting:
        return  # the API is away, or has no plan yet
    before = answer["data"]
    node.plan(before["planned"])
    url, answer = first_of({node.name: node.client, **node.clients()}, node.list)
    members, waiting = answer["members"], None
    unplanned = [each for each in members if not set(each["peerURLs"]) & set(node.planned.values())]
    try:
        for stale in sorted(unplanned, key=lambda each: (each.get("name") == node.name, each.get("name", ""))):
            node.forget(url, stale, members, "%s, which is not planned" % stale.get("name", stale["peerURLs"][0]))
            members.remove(stale)
    except Waiting as why:
        waiting = str(why)
    names = sorted("%s%s" % (each.get("name", "unstarted"), " (learner)" * each.get("isLearner", False)) for each in members)
    now = {"members": ", ".join(names), "seen": before["planned"], "waiting": waiting}
    if any(before.get(key) != value for key, value in now.items()):
        how = {"method": "PATCH", "headers": {"Content-Type": "application/merge-patch+json"}}
        first_of(servers(), lambda url: ask(api, url, {"data": now}, **how))
        print("members: %s%s" % (now["members"], "; waiting: %s" % waiting if waiting else ""), flush=True)


try:
    keep(Node(sys.argv[1:]))
except Waiting as why:
    print("waiting: %s" % why, flush=True)
    raise SystemExit(1)
