"""Swift's rings: on which device and port each kind of record is, here the same one for everything."""

import sys

from swift.common.ring import RingBuilder

folder, device, *servers = sys.argv[1:]
for server in servers:
    name, port = server.split(":")
    builder = RingBuilder(part_power=1, replicas=1, min_part_hours=0)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": device, "weight": 1})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{name}.ring.gz")
