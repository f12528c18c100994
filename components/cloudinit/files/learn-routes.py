#!/usr/bin/env python3
"""Brings the routes to other nodes' pods to a running node: the subnet's current host routes, and the plan that the stack publishes.

A lease lasts a day, and dhclient on Debian applies no changed routes even when it renews. So this asks the DHCP servers itself.
Usage: learn-routes.py HOST-IP CLUSTER-CIDR NODE-MASK WORKERS POD-CIDR|- [API-URL CLIENT]. CLIENT: whose certificate to ask the API with
for the plan (route_plan.py); DHCP is not asked where that has it all. Changes only routes within the cluster CIDR, never those of POD-CIDR.
What any source names is added. What none names is removed, if all were heard, twice: silence, a refusal, a malformed or damaged
answer remove nothing. Ends with 1 as long as a plan is to be had that the node has never read.

Whoever hears the broadcast question can answer it, so no answer can lead anywhere but to where the route plan does: the n-th block of
NODE-MASK to the n-th address of WORKERS (CIDRs, in order, with commas between). And no worker and no pod is a DHCP server.
"""
import collections, ipaddress, itertools, json, os, re, subprocess, sys

sys.dont_write_bytecode = True
from dhcp_inform import ask, ask_first, listen

PROTOCOL = "121"  # whose mark our routes bear in `ip route`
# A DHCP client's copies: networkd's, NetworkManager's, dhcpcd's; dhclient's, udhcpc's.
CLIENTS = ("dhcp", "boot")
PATIENCE = 60.0  # seconds, for a plan that the node has never read
SHOWN = 20  # changes that the journal gets word by word
LAST = os.path.join(os.environ.get("RUNTIME_DIRECTORY", "/run"), "learn-routes.last")

Node = collections.namedtuple("Node", "host device cluster mask workers own")


def state(text):
    """Says what keeps routes from being learned once, not three times a minute, and when that is over."""
    try:
        with open(LAST) as file:
            last = file.read()
    except OSError:
        last = ""
    if text != last:
        print(text or "routes are learned again", flush=True)
        with open(LAST, "w") as file:
            file.write(text)


def planned_hop(network, node):
    """The next hop that the route plan has for a podCIDR (components/addressing/routePlan.ts); None for what is no podCIDR."""
    if network.prefixlen != node.mask or not network.subnet_of(node.cluster):
        return None
    slot = (int(network.network_address) - int(node.cluster.network_address)) >> (32 - node.mask)
    for each in node.workers:
        if slot < each.num_addresses:
            return str(each[slot])
        slot -= each.num_addresses
    return None


def ours(network, hop, node):
    """Whether it leads to other nodes' pods: the way to the own ones is the bridge's matter."""
    own = node.own and network.subnet_of(node.own)
    return network.subnet_of(node.cluster) and not own and hop not in ("0.0.0.0", node.host)


def sorted_out(answers, node):
    """The routes to other nodes' pods that servers name: the plan's, and what cannot be."""
    planned, refused = {}, set()
    for destination, hop in itertools.chain(*answers):
        network = ipaddress.ip_network(destination)
        if ours(network, hop, node):
            if hop == planned_hop(network, node):
                planned[network] = hop
            else:
                refused.add("%s via %s" % (network, hop))
    return planned, sorted(refused)


def plan(table, answers, node, lasting=()):
    """The `ip route` commands that lead from the main table to what the sources say, additions first.

    @param lasting destinations for which the copy of a client that knows metrics does not do: it would go with a lease
    """
    wanted, _ = sorted_out(answers, node)
    present, foreign = {}, set()
    for route in table:
        network, hop = ipaddress.ip_network(route["dst"].replace("default", "0.0.0.0/0")), route.get("gateway")
        known = route.get("dev") == node.device and route.get("protocol", "boot") in (PROTOCOL, *CLIENTS)
        if hop and known and ours(network, hop, node):
            present.setdefault(network, []).append(route)
        else:
            foreign.add(network)

    additions, removals = [], []
    for network in sorted({*wanted, *present}):
        hop, there = wanted.get(network), present.get(network, [])
        stale = [route for route in there if route["gateway"] != hop]
        lacking = all(route in stale or (str(network) in lasting and route.get("metric")) for route in there)
        # An operator's own route to the same pods stands: `replace` would take its place.
        if hop and lacking and network not in foreign:
            additions.append(["replace", str(network), "via", hop, "dev", node.device, "proto", PROTOCOL])
            replaced = [route for route in stale if not route.get("metric")][:1]
            stale = [route for route in stale if route not in replaced]
        for route in stale:
            which = ["proto", route.get("protocol", "boot"), "metric", str(route.get("metric", 0))]
            removals.append(["del", str(network), "via", route["gateway"], "dev", node.device, *which])
    return additions, removals


def ip(*arguments):
    return json.loads(subprocess.run(["ip", "-j", *arguments], check=True, stdout=subprocess.PIPE).stdout or "[]")


def apply(changes):
    """Makes all changes by one process. @returns what is wrong with the first that failed; nothing where none did"""
    batch = "".join("route %s\n" % " ".join(change) for change in changes)
    done = subprocess.run(["ip", "-force", "-batch", "-"], input=batch.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.stdout.decode()
    failed = [int(line) for line in re.findall(r"^Command failed -:(\d+)", said, re.M)]
    made = ["ip route " + " ".join(change) for line, change in enumerate(changes, 1) if line not in failed]
    print("".join(line + "\n" for line in made[:SHOWN]), end="")
    if made[SHOWN:]:
        print("and %d more" % len(made[SHOWN:]))
    sys.stdout.flush()
    first = "ip route " + " ".join(changes[failed[0] - 1]) if failed else "ip"
    return done.returncode and "%d of %d changes failed, %s: %s" % (len(failed), len(changes), first, said.strip().partition("\n")[0])


def node_of(host, device, cluster, mask, workers, own):
    network = ipaddress.ip_network
    own = None if own == "-" else network(own)
    return Node(host, device, network(cluster), int(mask), [network(each) for each in workers.split(",")], own)


def once(node, mac, book):
    """Asks everybody, and changes what is to be changed. @returns what is wrong"""

    def changes():
        published = book.routes if book else []
        return plan(ip("route", "show", "table", "main"), answers + published, node, dict(itertools.chain(*published)))

    heard = not book or book.read()
    link = listen(node) if not book or book.asks_dhcp else None
    kind, answers, wrong = ask_first(link, mac, node) if link else (None, [], "")
    additions, removals = changes()
    if removals and heard and not wrong:
        # Of several DHCP servers, one may lag behind. And a route leaves the subnet after the plan has come: so the plan is asked last.
        again = ask(link, kind, mac, node)[0] if link else []
        answers += again
        heard = (not book or book.read(newest=True)) and bool(again if link else not book.asks_dhcp)
        additions, removals = changes()
    _, refused = sorted_out(answers + (book.routes if book else []), node)
    failed = refused and "not in the route plan, so ignored: " + ", ".join(refused[:5])
    made = additions + (removals if heard and not wrong else [])
    return "; ".join(filter(None, [wrong, book and book.wrong, failed, made and apply(made)]))


def main(host, cluster, mask, workers, own, *plan_from):
    links = [link for link in ip("-4", "addr", "show", "to", host) if link.get("addr_info")]
    if not links:
        state("no device has the address " + host)
        return not plan_from
    node = node_of(host, links[0]["ifname"], cluster, mask, workers, own)
    with open("/sys/class/net/%s/address" % node.device) as file:
        mac = bytes.fromhex(file.read().strip().replace(":", ""))
    if not plan_from:
        state(once(node, mac, None))
        return True
    from route_plan import Book

    book = Book(*plan_from)
    state(once(node, mac, book))
    if not book.begun and book.awaited(PATIENCE):
        state(once(node, mac, book))
    return book.begun


if __name__ == "__main__":
    try:
        sys.exit(not main(*sys.argv[1:]))
    except OSError as error:
        state(str(error))
        sys.exit(len(sys.argv) > 6)
