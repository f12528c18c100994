"""Asks DHCP servers for a subnet's host routes (option 121, RFC 3442), whatever DHCP client the node has.

By DHCPINFORM (RFC 2131 3.4: "I have an address, which options go with it?"), which touches no lease and no address.
"""
import ctypes, ipaddress, secrets, socket, struct, time

REQUEST, ACK, INFORM = 3, 5, 8
# dnsmasq and OVN (from 20.09) answer DHCPINFORM without any lease. Neutron's distributed DHCP and older OVN know only
# DHCPREQUEST: as a rebinding client sends it, it names the address the node has, and renews no lease but the server's.
QUESTIONS = (INFORM, INFORM, REQUEST, REQUEST)
WINDOW = 1.0  # seconds for the answers of all servers to one
COOKIE = b"\x63\x82\x53\x63"
SERVER, CLIENT = 67, 68  # ports


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


def ask_first(link, mac, node):
    """@returns by which kind of question there were answers, those, and what is wrong where there are none"""
    for kind in QUESTIONS:
        answers, wrong = ask(link, kind, mac, node)
        if answers:
            return kind, answers, ""
    return kind, [], wrong


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
