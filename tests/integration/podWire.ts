import { ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WORKER_PORTS } from "../../components/kubernetes/ownPorts";
import { NodeRoot } from "../cloudinit/nodeRoot";
import { PYTHON } from "../cloudinit/python";

const runs = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** What this machine lacks for the real thing; undefined when it lacks nothing. */
export function missing(): string | undefined {
  if (process.getuid?.() !== 0) return "not root";
  for (const program of ["setpriv", "unshare", "python3", "nft", "iptables"])
    if (!runs(program, "--version")) return `no ${program}`;
  const probe = `hostroute-probe-${process.pid}`;
  if (!runs("ip", "netns", "add", probe)) return "no network namespaces";
  const usable = runs("ip", "netns", "exec", probe, "iptables", "-t", "nat", "-S");
  execFileSync("ip", ["netns", "del", probe]);
  return usable ? undefined : "no iptables in a network namespace";
}

/** Who is on the wire: the worker that the user-data is for, one of its pods, nodes with the host routes, and the rest of the subnet. */
export type Place = "node" | "pod" | "nodes" | "others";
const ADDRESSES: Record<Exclude<Place, "pod">, string[]> = {
  node: ["10.106.1.2"],
  // Another worker, the last one that there could be, and the control plane.
  nodes: ["10.106.1.3", "10.106.1.199", "10.106.1.250"],
  // The router, Neutron's DHCP port, another machine. They know no pods.
  others: ["10.106.1.1", "10.106.1.200", "10.106.1.249"],
};
export const POD = "10.200.0.5";

/** The host end of the pod's interface. */
export const PORT = "veth0a1b2c3d";
/** What the script reads and writes and the next run finds again, as on a node until it boots. */
const LASTING = ["/run/hostroute", "/etc/containerd", "/etc/cni/net.d", "/var/lib/cni/results"];

/** A worker with its real scripts, its pod and its subnet, each in a network namespace. */
export class PodWire {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-pods-"));
  private readonly root: NodeRoot;
  private readonly children: ChildProcess[] = [];

  constructor(userData: string) {
    this.root = new NodeRoot(userData);
  }

  private space = (place: Place | "switch") => `hostroute-${place}-${process.pid}`;

  async start(): Promise<void> {
    const ip = (...args: string[]) => execFileSync("ip", args);
    fs.mkdirSync(path.join(this.folder, "ready"));
    for (const place of ["switch", "node", "pod", "nodes", "others"] as const) {
      ip("netns", "add", this.space(place));
      ip("-n", this.space(place), "link", "set", "lo", "up");
    }
    ip("-n", this.space("switch"), "link", "add", "lan", "type", "bridge");
    ip("-n", this.space("switch"), "link", "set", "lan", "up");
    for (const place of ["node", "nodes", "others"] as const) {
      const peer = ["peer", "name", "ens3", "netns", this.space(place)];
      ip("link", "add", place, "netns", this.space("switch"), "type", "veth", ...peer);
      ip("-n", this.space("switch"), "link", "set", place, "master", "lan", "up");
      ip("-n", this.space(place), "link", "set", "ens3", "up");
      for (const address of ADDRESSES[place])
        ip("-n", this.space(place), "addr", "add", `${address}/24`, "dev", "ens3");
    }
    this.in("node", "sysctl", "-qw", "net.ipv4.ip_forward=1");
    this.podNetwork();
    ip(
      "link",
      "add",
      "eth0",
      "netns",
      this.space("pod"),
      "type",
      "veth",
      "peer",
      "name",
      PORT,
      "netns",
      this.space("node"),
    );
    ip("-n", this.space("node"), "link", "set", PORT, "master", "cbr0", "up");
    ip("-n", this.space("pod"), "addr", "add", `${POD}/24`, "dev", "eth0");
    ip("-n", this.space("pod"), "link", "set", "eth0", "up");
    ip("-n", this.space("pod"), "route", "add", "default", "via", "10.200.0.1");
    ip("-n", this.space("nodes"), "route", "add", "10.200.0.0/24", "via", "10.106.1.2");
    this.serve("pod", [8080]);
    for (const place of ["node", "nodes", "others"] as const)
      this.serve(place, [53, 6443, ...Object.values(WORKER_PORTS)]);
    await this.ready();
  }

  /** The unit's own script, in the node's file system; what it says. Throws what it says when it fails. */
  podNetwork(): string {
    for (const folder of LASTING) fs.mkdirSync(this.lasting(folder), { recursive: true });
    // Debian finds awk and iptables by /etc/alternatives.
    const script = `mount --make-rprivate / && mount -t tmpfs run /run && cp -a /etc/alternatives /run
      mount -t tmpfs etc /etc && cp -a /run/alternatives "$0"/etc/* /etc && mount -t tmpfs lib /var/lib
      for folder in ${LASTING.join(" ")}; do mkdir -p $folder && mount --bind "$1/lasting$folder" $folder; done
      exec sh "$0/usr/local/lib/hostroute/pod-network.sh"`;
    const command = ["unshare", "-m", "sh", "-c", script, this.root.folder, this.folder];
    const { status, stdout, stderr } = spawnSync("ip", ["netns", "exec", this.space("node"), ...command]);
    const said = `${stdout.toString()}${stderr.toString()}`;
    if (status !== 0) throw new Error(said);
    return said;
  }

  /** Where a lasting file or folder of the node stands on this machine. */
  lasting = (file: string) => path.join(this.folder, "lasting", file);

  /** A place's network namespace, as a file. */
  netns = (place: Place) => path.join("/run/netns", this.space(place));

  /** Runs a program in a namespace; its output. */
  in(place: Place, command: string, ...args: string[]): string {
    return execFileSync("ip", ["netns", "exec", this.space(place), command, ...args], { encoding: "utf8" });
  }

  /** As kube-proxy does it: its chains are filled at once, its jumps prepended where they are missing. */
  kubeProxy(rules: string): void {
    const input = `*nat\n:KUBE-SERVICES - [0:0]\n:KUBE-NODEPORTS - [0:0]\n${rules}\nCOMMIT\n`;
    execFileSync("ip", ["netns", "exec", this.space("node"), "iptables-restore", "--noflush"], { input });
    for (const chain of ["OUTPUT", "PREROUTING"])
      this.in("node", "iptables", "-t", "nat", "-I", chain, "-j", "KUBE-SERVICES");
  }

  /** Who answers at an address, and whom it saw asking; what went wrong when nobody does. */
  ask(from: Place, address: string, port: number, sourcePort = 0): string {
    return this.askAll(from, [`${address}:${port}`], sourcePort).join();
  }

  /** The same for several. */
  askAll(from: Place, targets: readonly string[], sourcePort = 0): string[] {
    const answers = this.in(from, ...PYTHON, "-c", ASK, String(sourcePort), ...targets);
    return answers.trim().split("\n");
  }

  async end(): Promise<void> {
    const ended = this.children.map(
      (child) => new Promise((resolve) => (child.on("exit", resolve), child.kill("SIGKILL"))),
    );
    await Promise.all(ended);
    for (const place of ["switch", "node", "pod", "nodes", "others"] as const)
      spawnSync("ip", ["netns", "del", this.space(place)]);
    fs.rmSync(this.folder, { recursive: true });
    this.root.remove();
  }

  private serve(place: Place, ports: number[]): void {
    const ready = path.join(this.folder, "ready", place);
    // Whatever ends this process ends them too.
    const all = ["--pdeathsig", "KILL", "ip", "netns", "exec", this.space(place), ...PYTHON, "-c", SERVE, place, ready];
    this.children.push(spawn("setpriv", [...all, ...ports.map(String)], { stdio: ["ignore", "inherit", "inherit"] }));
  }

  private async ready(): Promise<void> {
    for (let i = 0; i < 200 && fs.readdirSync(path.join(this.folder, "ready")).length < this.children.length; i++)
      await sleep(50);
  }
}

const SERVE = `import socket, sys, threading
name, ready, *ports = sys.argv[1:]
def serve(server):
    while True:
        link, peer = server.accept()
        with link:
            link.sendall(("%s %s" % (name, peer[0])).encode())
for port in ports:
    threading.Thread(target=serve, args=(socket.create_server(("", int(port))),)).start()
open(ready, "w").close()`;
const ASK = `import socket, sys
source, *targets = sys.argv[1:]
for target in targets:
    address, port = target.split(":")
    try:
        with socket.create_connection((address, int(port)), 2, ("", int(source)) if int(source) else None) as link:
            print(link.recv(99).decode())
    except OSError as error:
        print(error)`;
