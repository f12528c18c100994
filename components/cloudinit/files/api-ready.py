#!/usr/bin/env python3
"""Whether this node's API server is ready: keepalived asks every second, and takes 0 for yes.

/readyz covers this node's etcd, which is the only one that the server talks to. It is shown to everybody, so no secret is needed here.
It runs all the time, so it imports no more than it must. Usage: api-ready.py [CA]
"""
import socket, ssl, sys

HOST = "127.0.0.1"
try:
    context = ssl.create_default_context(cafile=(sys.argv[1:] or ["/etc/kubernetes/pki/ca.crt"])[0])
    with socket.create_connection((HOST, 6443), timeout=1.5) as link, context.wrap_socket(link, server_hostname=HOST) as api:
        api.sendall(b"GET /readyz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        status = api.makefile("rb").readline(99).split()[1:2]
except OSError as error:
    sys.exit(str(error))
sys.exit(status != [b"200"])
