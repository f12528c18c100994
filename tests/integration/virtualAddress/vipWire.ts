import { ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { NodeRoot } from "../../cloudinit/nodeRoot";
import { canIssue, Issuer } from "../issuer";

const runs = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** What this machine lacks for the real thing; undefined when it lacks nothing. */
export function missing(): string | undefined {
  if (process.getuid?.() !== 0) return "not root";
  for (const program of ["setpriv", "unshare", "python3", "keepalived"])
    if (!runs(program, "--version")) return `no ${program}`;
  if (!canIssue) return "no OpenSSL 3";
  const probe = `hostroute-probe-${process.pid}`;
  if (!runs("ip", "netns", "add", probe)) return "no network namespaces";
  execFileSync("ip", ["netns", "del", probe]);
  return undefined;
}

/** What a client saw. */
export interface Seen {
  /** The longest time without an answer, in seconds. */
  gap: number;
  /** Who answered, in order, each once in a row. */
  by: string[];
}

/** Control-plane nodes with their real files and a stand-in for the API server, and a client, each in a network namespace. */
export class VipWire {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-vip-"));
  private readonly roots: NodeRoot[];
  private readonly keepers: (ChildProcess | undefined)[] = [];
  private readonly servers: (ChildProcess | undefined)[] = [];

  /** @param nodes each one's address and user-data */
  constructor(
    private readonly address: string,
    private readonly nodes: readonly { address: string; userData: string }[],
  ) {
    this.roots = nodes.map(({ userData }) => new NodeRoot(userData));
  }

  private space = (place: number | "switch" | "client") => `hostroute-vip-${place}-${process.pid}`;
  private file = (name: string) => path.join(this.folder, name);

  start(): void {
    fs.chmodSync(this.folder, 0o755);
    const issuer = new Issuer(this.file("pki"));
    issuer.key("api");
    fs.writeFileSync(
      this.file("api.crt"),
      issuer.issue("api", { subject: "/CN=kube-apiserver", names: "IP:127.0.0.1" }),
    );
    for (const root of this.roots) root.write("/etc/kubernetes/pki/ca.crt", issuer.authority("ca"));
    const ip = (...args: string[]) => execFileSync("ip", args);
    const places = [...this.nodes.keys(), "switch", "client"] as const;
    for (const place of places) {
      ip("netns", "add", this.space(place));
      ip("-n", this.space(place), "link", "set", "lo", "up");
    }
    ip("-n", this.space("switch"), "link", "add", "lan", "type", "bridge");
    ip("-n", this.space("switch"), "link", "set", "lan", "up");
    const own = [...this.nodes.map(({ address }) => address), "10.106.1.9"];
    for (const [i, place] of places.filter((each) => each !== "switch").entries()) {
      const peer = ["peer", "name", "ens3", "netns", this.space(place)];
      ip("link", "add", `to-${place}`, "netns", this.space("switch"), "type", "veth", ...peer);
      ip("-n", this.space("switch"), "link", "set", `to-${place}`, "master", "lan", "up");
      ip("-n", this.space(place), "link", "set", "ens3", "up");
      ip("-n", this.space(place), "addr", "add", `${own[i]!}/24`, "dev", "ens3");
    }
    for (const node of this.nodes.keys()) {
      this.ready(node, true);
      this.serve(node);
      this.keep(node);
    }
  }

  /** What /readyz says from now on. */
  ready(node: number, yes: boolean): void {
    fs.writeFileSync(this.file(`ready-${node}`), yes ? "200 OK" : "500 Internal Server Error");
  }

  /** Waits until keepalived has drawn its conclusion from that. */
  async noticed(node: number, yes: boolean): Promise<void> {
    const last = () =>
      this.log(node)
        .match(/VRRP_Script\(\w+\) (succeeded|failed)/g)
        ?.at(-1);
    for (let i = 0; i < 100 && last()?.endsWith(yes ? "succeeded" : "failed") !== true; i++) await sleep(100);
  }

  /** Starts the API server's stand-in. */
  serve(node: number): void {
    const args = [`m${node}`, this.file("api.crt"), this.file("pki/api.key"), this.file(`ready-${node}`)];
    this.servers[node] = this.spawn(node, ["python3", "-c", SERVE, ...args]);
  }

  /** The unit's own command with the unit's own rights, on the node's files. */
  keep(node: number): void {
    const root = this.roots[node]!;
    const unit = fs.readFileSync(root.path("/etc/systemd/system/keepalived-api.service"), "utf8");
    const command = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(unit)![1]!.replaceAll("\\\n", "").split(/\s+/);
    const rights = /^CapabilityBoundingSet=(.*)$/m.exec(unit)![1]!.toLowerCase().split(" ");
    // Users and awk are this machine's, all else is the node's.
    const mounts = `mount --make-rprivate / && mount -t tmpfs run /run && mkdir /run/etc /run/keepalived-api
      cp -a /etc/passwd /etc/group /etc/nsswitch.conf /etc/alternatives /run/etc && mount -t tmpfs etc /etc
      cp -a /run/etc/. "$0"/etc/. /etc && mount -t tmpfs lib /usr/local/lib && cp -a "$0"/usr/local/lib/. /usr/local/lib
      export RUNTIME_DIRECTORY=/run/keepalived-api PATH=/usr/sbin:/usr/bin:/sbin:/bin
      exec setpriv --no-new-privs --bounding-set=-all,${rights.map((each) => `+${each.replace("cap_", "")}`).join()} "$@"`;
    const log = fs.openSync(this.file(`log-${node}`), "a");
    const args = ["unshare", "-m", "sh", "-c", mounts, root.folder, "sh", ...command];
    this.keepers[node] = this.spawn(node, args, log);
  }

  /** What keepalived has said. */
  log = (node: number) => fs.readFileSync(this.file(`log-${node}`), "utf8");

  /** Ends one of a node's programs, with a word or without. */
  async end(what: "keepalived" | "server", node: number, signal: NodeJS.Signals): Promise<void> {
    const child = (what === "server" ? this.servers : this.keepers)[node]!;
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** Has a node's API server take connections and answer none, or go on. */
  hang(node: number, yes: boolean): void {
    this.servers[node]!.kill(yes ? "SIGSTOP" : "SIGCONT");
  }

  /** A node's cable: out, as when its hypervisor dies, or in again. The node itself notices nothing. */
  cable(node: number, plugged: boolean): void {
    const where = plugged ? ["master", "lan"] : ["nomaster"];
    execFileSync("ip", ["-n", this.space("switch"), "link", "set", `to-${node}`, ...where]);
  }

  /** Takes the address from a node behind keepalived's back. */
  takeAway(node: number): void {
    execFileSync("ip", ["-n", this.space(node), "addr", "del", `${this.address}/32`, "dev", "ens3"]);
  }

  /** The nodes that have the address. */
  holders(): number[] {
    const shown = (node: number) => execFileSync("ip", ["-n", this.space(node), "-4", "addr", "show"]).toString();
    return [...this.nodes.keys()].filter((node) => shown(node).includes(` ${this.address}/`));
  }

  /** Waits until one node alone has it. */
  async holder(): Promise<number> {
    for (let i = 0; i < 150 && this.holders().length !== 1; i++) await sleep(100);
    const [node, ...others] = this.holders();
    if (node === undefined || others.length > 0) throw new Error(`held by ${JSON.stringify([node, ...others])}`);
    return node;
  }

  /**
   * Asks the API at its address twenty times a second while something happens, and then until another node has answered for a while, or for
   * some seconds where none is to.
   */
  async asking(during: () => void | Promise<void>, seconds?: number): Promise<Seen> {
    const child = this.spawn("client", ["python3", "-c", ASK, this.address], "pipe");
    let output = "";
    child.stdout?.on("data", (text: Buffer) => (output += text.toString()));
    const closed = new Promise((resolve) => child.on("close", resolve));
    const answers = () =>
      output
        .trim()
        .split("\n")
        .map((line) => ({ at: Number(line.split(" ")[0]), by: line.split(" ")[1] }));
    const by = () => answers().flatMap(({ by }, i, all) => (by === undefined || all[i - 1]?.by === by ? [] : by));
    for (let i = 0; i < 100 && output === ""; i++) await sleep(50);
    await sleep(300);
    await during();
    if (seconds !== undefined) await sleep(seconds * 1_000);
    else for (let i = 0; i < 150 && by().length < 2; i++) await sleep(100);
    await sleep(700);
    child.stdin?.end();
    await closed;
    const times = answers().map(({ at }) => at);
    return { gap: Math.max(...times.map((at, i) => (times[i + 1] ?? at) - at)), by: by() };
  }

  stop(): void {
    for (const place of [...this.nodes.keys(), "switch", "client"] as const) {
      const pids = spawnSync("ip", ["netns", "pids", this.space(place)], { encoding: "utf8" }).stdout;
      for (const pid of pids.split("\n").filter(Boolean)) spawnSync("kill", ["-9", pid]);
      spawnSync("ip", ["netns", "del", this.space(place)]);
    }
    fs.rmSync(this.folder, { recursive: true });
    for (const root of this.roots) root.remove();
  }

  private spawn(
    place: number | "client",
    command: string[],
    out: "pipe" | "inherit" | number = "inherit",
  ): ChildProcess {
    // Whatever ends this process ends them too.
    const args = ["--pdeathsig", "KILL", "ip", "netns", "exec", this.space(place), ...command];
    return spawn("setpriv", args, { stdio: ["pipe", out, out === "pipe" ? "inherit" : out] });
  }
}

/** Says who it is, and at /readyz what it is told to. */
const SERVE = `import http.server, ssl, sys
name, cert, key, ready = sys.argv[1:]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        state = open(ready).read() if self.path == "/readyz" else "200 OK"
        self.wfile.write(("HTTP/1.0 %s\\r\\n\\r\\n%s" % (state, name)).encode())
    def log_message(self, *_):
        pass
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
class Server(http.server.ThreadingHTTPServer):
    def finish_request(self, request, address):
        with context.wrap_socket(request, server_side=True) as link:
            super().finish_request(link, address)
    def handle_error(self, *_):
        pass
Server(("", 6443), Handler).serve_forever()`;
const ASK = `import select, socket, ssl, sys, time
context = ssl._create_unverified_context()
while not select.select([sys.stdin], [], [], 0.05)[0]:
    try:
        with socket.create_connection((sys.argv[1], 6443), 0.3) as link, context.wrap_socket(link) as api:
            api.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            who = api.makefile("rb").read().split()[-1].decode()
        print(time.time(), who, flush=True)
    except (OSError, IndexError):
        pass`;
