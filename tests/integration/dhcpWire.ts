import { ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HOST, LEARN_ROUTES, MAC } from "../cloudinit/learnedRoutes";
import { PYTHON } from "../cloudinit/python";

const runs = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** What this machine lacks for the real thing; undefined when it lacks nothing. */
export function missing(): string | undefined {
  if (process.getuid?.() !== 0) return "not root";
  if (!runs("setpriv", "--version")) return "no setpriv";
  if (!runs("python3", "--version")) return "no python3";
  if (!runs("dnsmasq", "--version")) return "no dnsmasq";
  const probe = `hostroute-probe-${process.pid}`;
  if (!runs("ip", "netns", "add", probe)) return "no network namespaces";
  execFileSync("ip", ["netns", "del", probe]);
  return undefined;
}

const OTHERS = ["10.106.1.2", "10.106.1.12", "10.106.1.13"];

/** Who answers: source address and port, and option 121 in hexadecimal. */
export interface Rogue {
  address: string;
  port: number;
  option: string;
}

/** As the script has it for answers; and in place of it, for answers that come from the same machine. */
const [WINDOW, SHORT_WINDOW] = ["WINDOW = 1.0\n", "WINDOW = 0.3\n"];

/** A node's NIC and, at the wire's other end, Neutron's DHCP server and the other nodes, each in a network namespace. */
export class DhcpWire {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-dhcp-"));
  protected readonly cloud = `hostroute-cloud-${process.pid}`;
  protected readonly node = `hostroute-node-${process.pid}`;
  private readonly children: ChildProcess[] = [];

  async start(routes: Record<string, string>): Promise<void> {
    fs.chmodSync(this.folder, 0o755);
    const ip = (...args: string[]) => execFileSync("ip", args);
    for (const space of [this.cloud, this.node]) {
      ip("netns", "add", space);
      ip("-n", space, "link", "set", "lo", "up");
    }
    ip("link", "add", "tap0", "netns", this.cloud, "type", "veth", "peer", "name", "ens3", "netns", this.node);
    for (const other of OTHERS) ip("-n", this.cloud, "addr", "add", `${other}/24`, "dev", "tap0");
    ip("-n", this.cloud, "link", "set", "tap0", "up");
    ip("-n", this.node, "link", "set", "ens3", "address", MAC, "up");
    // Pods of the other nodes.
    for (const pod of ["10.200.1.5", "10.200.2.5"]) ip("-n", this.cloud, "addr", "add", `${pod}/32`, "dev", "lo");

    for (const name of ["learn-routes.py", "route_plan.py"])
      fs.copyFileSync(path.join(path.dirname(LEARN_ROUTES), name), path.join(this.folder, name));
    const script = fs.readFileSync(path.join(path.dirname(LEARN_ROUTES), "dhcp_inform.py"), "utf8");
    if (!script.includes(WINDOW)) throw new Error(`dhcp_inform.py has no ${WINDOW}`);
    fs.writeFileSync(path.join(this.folder, "dhcp_inform.py"), script.replace(WINDOW, SHORT_WINDOW));
    fs.writeFileSync(path.join(this.folder, "host"), `${MAC},host-10-106-1-11,${HOST}\n`);
    fs.writeFileSync(path.join(this.folder, "leases"), `${Date.now() + 86_400} ${MAC} ${HOST} host-10-106-1-11 *\n`);
    this.offer(routes);
    const file = (name: string) => path.join(this.folder, name);
    const dnsmasq = this.spawn(
      this.cloud,
      "dnsmasq",
      // As Neutron starts it (neutron/agent/linux/dhcp.py, _build_cmdline_callback), but without DNS.
      ...["--no-hosts", "--no-resolv", `--pid-file=${file("pid")}`, `--dhcp-hostsfile=${file("host")}`],
      ...[`--dhcp-optsfile=${file("opts")}`, `--dhcp-leasefile=${file("leases")}`, "--dhcp-match=set:ipxe,175"],
      ...["--dhcp-userclass=set:ipxe6,iPXE", "--local-service", "--bind-dynamic"],
      ...["--dhcp-range=set:subnet-1,10.106.1.0,static,255.255.255.0,86400s", "--dhcp-option-force=option:mtu,1500"],
      ...["--dhcp-lease-max=256", "--conf-file=/dev/null"],
      ...["--port=0", "--keep-in-foreground", "--user=root", `--log-facility=${file("log")}`],
    );
    this.serverId = dnsmasq.pid;
    this.spawn(this.cloud, ...PYTHON, "-c", ECHO);
    // A DHCP client holds its port on a node, and shares it with nobody.
    this.spawn(this.node, ...PYTHON, "-c", HOLD_PORT, file("held"));
    for (let i = 0; i < 100 && !(fs.existsSync(file("held")) && fs.existsSync(file("pid"))); i++) await sleep(50);
  }
  private serverId: number | undefined;

  /** The subnet's host routes, as Neutron writes them. */
  offer(routes: Record<string, string>): void {
    const pods = Object.entries(routes).flat();
    const list = ["169.254.169.254/32", OTHERS[0], "10.106.1.0/24", "0.0.0.0", ...pods, "0.0.0.0/0", OTHERS[0]].join();
    const options = ["option:classless-static-route", "249"].map((option) => `tag:subnet-1,${option},${list}\n`);
    fs.writeFileSync(path.join(this.folder, "opts"), `${options.join("")}tag:subnet-1,option:router,10.106.1.2\n`);
  }

  /** To dnsmasq: SIGHUP has it read its files again, as Neutron does after a change; SIGSTOP silences it. */
  signal(name: NodeJS.Signals): void {
    if (this.serverId !== undefined) process.kill(this.serverId, name);
  }

  file(name: string): string {
    return fs.readFileSync(path.join(this.folder, name), "utf8");
  }

  ip(...args: string[]): string {
    return execFileSync("ip", ["-n", this.node, ...args], { encoding: "utf8" });
  }

  /** One run of the script; what it says. */
  learn(...args: string[]): string {
    const env = { ...process.env, RUNTIME_DIRECTORY: this.folder };
    // Not isolated: it imports what lies beside it.
    const command = ["netns", "exec", this.node, "python3", "-BS", path.join(this.folder, "learn-routes.py"), ...args];
    return execFileSync("ip", command, { env, encoding: "utf8", timeout: 30_000 });
  }

  /** Sends a datagram to a pod every 50 ms while something happens, and counts those that did not come back. */
  async exchanging(address: string, during: () => Promise<void>): Promise<{ sent: number; lost: number }> {
    const client = this.spawn(this.node, ...PYTHON, "-c", EXCHANGE, address);
    let output = "";
    client.stdout?.on("data", (text: Buffer) => (output += text.toString()));
    const closed = new Promise((resolve) => client.on("close", resolve));
    for (let i = 0; i < 100 && output.length < 3; i++) await sleep(50);
    await during();
    client.stdin?.end();
    await closed;
    return { sent: output.length, lost: output.replaceAll(".", "").length };
  }

  /** Somebody on the wire answers every question while something happens, at once and to the node alone. */
  async withRogue(rogue: Rogue, during: () => void | Promise<void>): Promise<void> {
    const child = this.spawn(this.cloud, ...PYTHON, "-c", ROGUE, rogue.address, String(rogue.port), rogue.option);
    const closed = new Promise((resolve) => child.on("close", resolve));
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    try {
      await during();
    } finally {
      child.kill("SIGKILL");
      await closed;
    }
  }

  async end(): Promise<void> {
    const ended = this.children
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map((child) => new Promise((resolve) => (child.on("exit", resolve), child.kill("SIGKILL"))));
    await Promise.all(ended);
    for (const space of [this.cloud, this.node]) spawnSync("ip", ["netns", "del", space]);
    fs.rmSync(this.folder, { recursive: true });
  }

  protected spawn(space: string, ...command: string[]): ChildProcess {
    // Whatever ends this process ends them too.
    const all = ["--pdeathsig", "KILL", "ip", "netns", "exec", space, ...command];
    const child = spawn("setpriv", all, { stdio: ["pipe", "pipe", "inherit"] });
    this.children.push(child);
    return child;
  }
}

const ROGUE = `import socket, struct, sys
address, port, option = socket.inet_aton(sys.argv[1]), int(sys.argv[2]), bytes.fromhex(sys.argv[3])
link = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
link.bind(("tap0", 0x0800))
print("ready", flush=True)
while True:
    packet, sender = link.recvfrom(65535)
    if packet[9] != 17 or packet[22:24] != b"\\0\\x43" or packet[28] != 1:
        continue
    host, xid, mac = packet[12:16], packet[32:36], packet[56:62]
    bootp = struct.pack("!4B4s4x4s4s8x16s192x", 2, 1, 6, 0, xid, host, b"\\0" * 4, mac) + b"\\x63\\x82\\x53\\x63\\x35\\x01\\x05"
    bootp += bytes([121, len(option)]) + option + b"\\xff"
    udp = struct.pack("!4H", port, 68, 8 + len(bootp), 0) + bootp
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, address, host)
    link.sendto(header + udp, ("tap0", 0x0800, 0, 0, sender[4]))`;
const ECHO = `import socket
port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
port.bind(("", 7))
while True:
    port.sendto(*port.recvfrom(99))`;
const EXCHANGE = `import select, socket, sys
port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
port.settimeout(1)
while not select.select([sys.stdin], [], [], 0.05)[0]:
    try:
        port.sendto(b"x", (sys.argv[1], 7))
        port.recv(99)
        print(end=".", flush=True)
    except OSError:
        print(end="x", flush=True)`;
const HOLD_PORT = `import socket, sys
port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
port.bind(("", 68))
open(sys.argv[1], "w").close()
sys.stdin.read()`;
