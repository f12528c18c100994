#!/usr/bin/env python3
"""Waits until the API server has this node's Node object with the podCIDR of the route plan.

The stack creates that object (the route to the podCIDR exists already). A kubelet that came first would register
itself and be given whatever podCIDR is next. Usage: wait-for-node.py API-URL NODE POD-CIDR
"""
import http.client, json, ssl, sys, time, urllib.error, urllib.request

url, node, pod_cidr = sys.argv[1:]
last = None
while True:
    try:
        # Read anew each time: the certificate may have been renewed while it waited.
        context = ssl.create_default_context(cafile="/etc/kubernetes/pki/ca.crt")
        context.load_cert_chain("/etc/kubernetes/pki/kubelet.crt", "/etc/kubernetes/pki/kubelet.key")
        with urllib.request.urlopen("%s/api/v1/nodes/%s" % (url, node), context=context, timeout=10) as answer:
            found = json.load(answer).get("spec", {}).get("podCIDR")
        if found == pod_cidr:
            break
        state = "has podCIDR %s, the route plan says %s" % (found, pod_cidr)
    except (OSError, ValueError, http.client.HTTPException) as error:
        state = str(error)
    if state != last:
        print("waiting for Node %s: %s" % (node, state), flush=True)
    last = state
    time.sleep(2)
