#!/usr/bin/env python3
"""Brings the subnet's current host routes to a running node, whatever DHCP client it has.

A lease lasts a day, and dhclient on Debian applies no changed routes even when it renews. So this asks the DHCP servers
itself (DHCPINFORM, RFC 2131 3.4: "I have an address, which options go with it?"), which touches no lease and no address.
Usage: learn-routes.py HOST-IP CLUSTER-CIDR NODE-MASK WORKERS [POD-CIDR]. Changes only routes within the cluster CIDR, never those of
POD-CIDR, and only on a server's word: no answer, a malformed one, or one without option 121 changes nothing.

Whoever hears the broadcast question can answer it, so no answer can lead anywhere but to where the route plan does: the n-th block of
NODE-MASK to the n-th address of WORKERS (CIDRs, in order, with commas between). And no worker and no pod is a DHCP server.
"""
import collections, ctypes, ipaddress, itertools, json, os, secrets, socket, struct, subprocess, sys, time

PROTOCOL = "121"  # whose mark our routes bear in `ip route`
# A DHCP client's copies: networkd's, NetworkManager's, dhcpcd's; dhclient's, udhcpc's.
CLIENTS = ("dhcp", "boot")
REQUEST, ACK, INFORM = 3, 5, 8
# dnsmasq and OVN (from 20.09) answer DHCPINFORM without any lease. Neutron's distributed DHCP and older OVN know only
# DHCPREQUEST: as a rebinding client sends it, it names the address the node has, and renews no lease but the server's.
QUESTIONS = (INFORM, INFORM, REQUEST, REQUEST)
WINDOW = 1.0  # seconds for the answers of all servers to one
COOKIE = b"\x63\x82\x53\x63"
LAST = os.path.join(os.environ.get("RUNTIME_DIRECTORY", "/run"), "learn-routes.last")
SERVER, CLIENT = 67, 68  # ports

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


def question(kind, xid, mac, host):
    """The IP packet of a broadcast question from the node's own address."""
    own = socket.inet_aton(host)
    bootp = struct.pack("!4B4s4x4s12x16s192x4s", 1, 1, 6, 0, xid, own, mac, COOKIE)
    bootp += bytes([53, 1, kind, 57, 2, 5, 220, 55, 1, 121, 255])  # up to 1500 bytes, please, and option 121
    bootp = bootp.ljust(300, b"\0")  # the least that BOOTP has
    udp = struct.pack("!4H", 68, 67, 8 + len(bootp), 0) + bootp
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, own, b"\xff" * 4)
    checksum = -sum(struct.unpack("!10H", header)) % 0xFFFF
    return header[:10] + struct.pack("!H", checksum) + header[12:] + udp


def options(area, found):
    """Adds an area's options to those found. Parts of one option belong together (RFC 3396)."""
    at = 0
    while at < len(area) and area[at] != 255:
        code, end = area[at], at + 1  # a pad is the code alone
        if code:
            end = at + 2 + sum(area[at + 1 : at + 2])
            if end > len(area):
                raise ValueError("a DHCP option is cut off")
            found[code] = found.get(code, b"") + area[at + 2 : end]
        at = end
    return found


def host_routes(value):
    """Option 121 (RFC 3442): width, the destination's significant octets, next hop; again and again."""
    routes, at = [], 0
    while at < len(value):
        width = value[at]
        hop = at + 1 + (width + 7) // 8
        if width > 32 or hop + 4 > len(value):
            raise ValueError("option 121 is no list of routes")
        destination = ipaddress.IPv4Network((value[at + 1 : hop].ljust(4, b"\0"), width), strict=False)
        routes.append((str(destination), socket.inet_ntoa(value[hop : hop + 4])))
        at = hop + 4
    return routes


def answer(packet, xid, mac):
    """The routes that an answer to our question gives; None where the packet is no such answer."""
    bootp = packet[(packet[0] & 15) * 4 + 8 :]
    if bootp[:1] != b"\2" or bootp[4:8] != xid or bootp[28:34] != mac or bootp[236:240] != COOKIE:
        return None
    found = options(bootp[240:], {})
    for bit, area in ((1, bootp[108:236]), (2, bootp[44:108])):  # more of them, where a boot file and a server would be named
        if found.get(52, b"\0")[0] & bit:
            options(area, found)
    if found.get(53) != bytes([ACK]):
        raise ValueError("the DHCP server refuses")
    if not found.get(121):
        raise ValueError("the DHCP server's answer has no option 121")
    return host_routes(found[121])


def from_server(packet, node):
    """Whether a packet to port 68 has a DHCP server's port, and the address of nobody who cannot be one."""
    source = ipaddress.ip_address(packet[12:16])
    at = (packet[0] & 15) * 4
    return packet[at : at + 2] == struct.pack("!H", SERVER) and not any(source in each for each in never(node))


def ask(link, kind, mac, node):
    """All servers' answers, and what is wrong with those that are none."""
    # The node's DHCP client sees the answers too, and takes only those to its own number.
    xid = secrets.token_bytes(4)
    link.sendto(question(kind, xid, mac, node.host), (link.getsockname()[0], 0x0800, 0, 0, b"\xff" * 6))
    answers, wrong = [], "no DHCP server answers"
    end = time.monotonic() + WINDOW
    while time.monotonic() < end:
        link.settimeout(max(0.01, end - time.monotonic()))
        try:
            packet = link.recv(65535)
            routes = answer(packet, xid, mac) if from_server(packet, node) else None
            answers += [] if routes is None else [routes]
        except socket.timeout:
            break
        except (ValueError, IndexError) as error:
            wrong = str(error)
    return answers, wrong


def never(node):
    """Where no DHCP server is: among the pods and the workers."""
    return [node.cluster, *node.workers]


def socket_filter(node):
    """A BPF program, so that whatever else the node receives never gets here (linux/filter.h: code, jump if, jump if not, operand)."""
    drop = "drop"
    program = [(0x30, 0, 0, 9), (0x15, 0, drop, 17)]  # UDP
    program += [(0x28, 0, 0, 6), (0x45, drop, 0, 0x1FFF)]  # not a later fragment
    for each in never(node):
        program += [(0x20, 0, 0, 12), (0x54, 0, 0, int(each.netmask)), (0x15, drop, 0, int(each.network_address))]
    program += [(0xB1, 0, 0, 0), (0x48, 0, 0, 0), (0x15, 0, drop, SERVER), (0x48, 0, 0, 2), (0x15, 0, drop, CLIENT)]
    program += [(0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0)]
    last = len(program) - 1
    return [[last - at - 1 if part == drop else part for part in step] for at, step in enumerate(program)]


def listen(node):
    """Raw, because UDP port 68 is taken by the DHCP client wherever one runs, and stays its own."""
    link = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    program = socket_filter(node)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in program))
    link.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HP", len(program), ctypes.addressof(code)))  # SO_ATTACH_FILTER
    link.bind((node.device, 0x0800))
    return link


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


def plan(table, answers, node):
    """The `ip route` commands that lead from the main table to what the servers say, additions first."""
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
        # An operator's own route to the same pods stands: `replace` would take its place.
        if hop and stale == there and network not in foreign:
            additions.append(["replace", str(network), "via", hop, "dev", node.device, "proto", PROTOCOL])
            replaced = [route for route in stale if not route.get("metric")][:1]
            stale = [route for route in stale if route not in replaced]
        for route in stale:
            which = ["proto", route.get("protocol", "boot"), "metric", str(route.get("metric", 0))]
            removals.append(["del", str(network), "via", route["gateway"], "dev", node.device, *which])
    return additions, removals


def ip(*arguments):
    return json.loads(subprocess.run(["ip", "-j", *arguments], check=True, stdout=subprocess.PIPE).stdout or "[]")


def node_of(host, device, cluster, mask, workers, own):
    network = ipaddress.ip_network
    return Node(host, device, network(cluster), int(mask), [network(each) for each in workers.split(",")], own and network(own))


def main(host, cluster, mask, workers, own=None):
    links = [link for link in ip("-4", "addr", "show", "to", host) if link.get("addr_info")]
    if not links:
        return "no device has the address " + host
    node = node_of(host, links[0]["ifname"], cluster, mask, workers, own)
    with open("/sys/class/net/%s/address" % node.device) as file:
        mac = bytes.fromhex(file.read().strip().replace(":", ""))
    with listen(node) as link:
        for kind in QUESTIONS:
            answers, wrong = ask(link, kind, mac, node)
            if answers:
                break
        else:
            return wrong
        # Of several servers, one may lag behind: any one's word adds a route, and only nobody's, asked twice, removes it.
        again = plan(ip("route", "show", "table", "main"), answers, node)[1] and ask(link, kind, mac, node)[0]
    additions, removals = plan(ip("route", "show", "table", "main"), answers + again, node)
    _, refused = sorted_out(answers + again, node)
    failed = refused and "not in the route plan, so ignored: " + ", ".join(refused[:5])
    for change in additions + (removals if again else []):
        command = ["ip", "route", *change]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode == 0:
            print(*command, flush=True)
        else:
            failed = failed or "%s: %s" % (" ".join(command), done.stdout.decode().strip())
    return failed or ""


if __name__ == "__main__":
    try:
        state(main(*sys.argv[1:]))
    except OSError as error:
        state(str(error))
