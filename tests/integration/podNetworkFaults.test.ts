import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { documentsOf } from "../cloudinit/documents";
import { missing, POD, PodWire, PORT } from "./podWire";

/** What an operator, a firewall, Docker or a DHCP server that is away does to a worker, and its next run of pod-network.sh. */
const NODE = "10.106.1.2";
const [WORKER, OTHER, METADATA] = ["10.106.1.3", "10.106.1.249", "169.254.169.254"];

const lack = missing();
if (lack !== undefined) {
  it.skip(`a worker that somebody has hurt: ${lack}`, () => undefined);
} else {
  describe("a worker that somebody has hurt", () => {
    const wire = new PodWire(documentsOf({}).worker);
    const nft = (...args: string[]) => wire.in("node", "nft", ...args);
    const ip = (...args: string[]) => wire.in("node", "ip", ...args);
    const iptables = (...args: string[]) => wire.in("node", "iptables", ...args);
    const read = (file: string) => fs.readFileSync(wire.lasting(file), "utf8");
    const sys = (file: string) => wire.in("node", "cat", `/sys/class/net/${file}`).trim();
    const whole = () => {
      const targets = [WORKER, OTHER, METADATA].map((address) => `${address}:53`);
      const [worker, other, metadata] = wire.askAll("pod", targets);
      return { worker, other, metadata: /^(nodes|others)/.test(metadata!) };
    };
    const WHOLE = { worker: `nodes ${POD}`, other: `others ${NODE}`, metadata: false };

    beforeAll(async () => {
      await wire.start();
      // The metadata service, which knows the way back to the pod: it would answer, were it asked.
      wire.in("others", "ip", "addr", "add", `${METADATA}/32`, "dev", "lo");
      wire.in("others", "ip", "route", "add", "10.200.0.0/24", "via", NODE);
      ip("route", "add", METADATA, "via", "10.106.1.200");
      const result = (port: string) => JSON.stringify({ result: { interfaces: [{ name: "cbr0" }, { name: port }] } });
      fs.writeFileSync(wire.lasting("/var/lib/cni/results/hostroute-0000-eth0"), result("veth99999999"));
      fs.writeFileSync(wire.lasting("/var/lib/cni/results/hostroute-0001-eth0"), result(PORT));
    }, 30_000);
    afterAll(() => wire.end());
    beforeEach(() => expect(whole()).toEqual(WHOLE));

    it("has metadata for itself, and would for pods but for the rule", () => {
      expect(wire.ask("node", METADATA, 53)).toMatch(/^others /);
      ip("rule", "del", "priority", "120");
      expect(whole()).toEqual({ ...WHOLE, metadata: true });
      wire.podNetwork();
      expect(whole()).toEqual(WHOLE);
    });

    it("says and changes nothing when nothing is wrong", async () => {
      const seen: string[] = [];
      const watch = (...command: string[]): ChildProcess => {
        const child = spawn("setpriv", ["--pdeathsig", "KILL", "nsenter", `--net=${wire.netns("node")}`, ...command]);
        child.stdout?.on("data", (text: Buffer) => seen.push(text.toString()));
        return child;
      };
      const watchers = [watch("nft", "monitor"), watch("ip", "monitor", "link", "address", "route", "rule")];
      try {
        await sleep(1000);
        seen.length = 0; // what the test before has set going: the kernel reports a link's state up to a second later
        expect(wire.podNetwork()).toBe("");
        await sleep(500);
        expect(seen).toEqual([]);
        ip("link", "set", "lo", "mtu", "60000"); // they do watch
        nft("add", "table", "ip", "seen");
        nft("delete", "table", "ip", "seen");
        for (let i = 0; i < 50 && seen.length < 2; i++) await sleep(100);
        expect(seen.join("")).toContain("60000");
        expect(seen.join("")).toContain("add table ip seen");
      } finally {
        for (const child of watchers) child.kill("SIGKILL");
      }
    });

    it("restores its tables after `nft flush ruleset`, and metadata are closed in between", () => {
      const list = () => ["hostroute", "hostroute_pods"].map((table) => nft("list", "table", "ip", table)).join("");
      const tables = list();
      expect(tables).toMatch(/dnat to ip daddr[^]*masquerade/);
      nft("flush", "ruleset");
      expect(whole()).toEqual({ ...WHOLE, other: `others ${POD}` });
      wire.podNetwork();
      expect(list()).toBe(tables);
    });

    it.each(["hostroute", "hostroute_pods"])(
      "restores table %s where only a rule is gone, or another added",
      (table) => {
        const before = nft("list", "table", "ip", table);
        const chain = table === "hostroute" ? "output" : "postrouting";
        for (const change of [
          ["flush", "chain", "ip", table, chain],
          ["add", "rule", "ip", table, chain, "accept"],
        ]) {
          nft(...change);
          expect(nft("list", "table", "ip", table)).not.toBe(before);
          expect(wire.podNetwork()).toBe(`loaded nftables' table ip ${table}\n`);
          expect(nft("list", "table", "ip", table)).toBe(before);
        }
      },
    );

    it.each<[string, string[][]]>([
      ["Docker's policy", [["-P", "FORWARD", "DROP"]]],
      ["a chain that ends with a refusal", [["-A", "FORWARD", "-j", "REJECT"]]],
      ["a refusal that stands before the pods' rules", [["-I", "FORWARD", "-j", "DROP"]]],
    ])("pods are forwarded in spite of %s", (_name, rules) => {
      if (!rules.some(([option]) => option === "-I")) iptables("-F", "FORWARD");
      for (const rule of rules) iptables(...rule);
      expect(wire.ask("pod", WORKER, 53)).not.toMatch(/^nodes/);
      wire.podNetwork();
      expect(whole()).toEqual(WHOLE);
      expect(wire.ask("nodes", POD, 8080)).toMatch(/^pod /);
      const once = iptables("-S", "FORWARD");
      wire.podNetwork();
      expect(iptables("-S", "FORWARD")).toBe(once);
      iptables("-P", "FORWARD", "ACCEPT");
      iptables("-F", "FORWARD");
      wire.podNetwork();
    });

    it("pods are refused what a rule of its own refuses", () => {
      iptables("-A", "FORWARD", "-d", WORKER, "-j", "REJECT");
      iptables("-P", "FORWARD", "DROP");
      iptables("-D", "FORWARD", "-i", "cbr0", "-m", "comment", "--comment", "hostroute-pods", "-j", "ACCEPT");
      wire.podNetwork();
      expect(whole()).toEqual({ ...WHOLE, worker: "[Errno 111] Connection refused" });
      iptables("-P", "FORWARD", "ACCEPT");
      iptables("-D", "FORWARD", "-d", WORKER, "-j", "REJECT");
    });

    it("pods are forwarded in spite of firewalld, which refuses what its zones do not name", () => {
      nft("add table inet firewalld");
      nft("add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; policy drop; }");
      expect(wire.ask("pod", WORKER, 53)).toBe("timed out");
      wire.podNetwork();
      expect(whole()).toEqual(WHOLE);
      const once = nft("list", "table", "inet", "firewalld");
      wire.podNetwork();
      expect(nft("list", "table", "inet", "firewalld")).toBe(once);
      nft("delete table inet firewalld");
    });

    it("gives bridge and pods to come the NIC's MTU when that has changed", () => {
      // As containerd has filled the template.
      const made = "/etc/cni/net.d/10-containerd-net.conflist";
      const mtus = () =>
        [made, "/etc/containerd/cni.conflist.template"].map((file) => /"mtu": (\d+)/.exec(read(file))?.[1]);
      fs.copyFileSync(wire.lasting("/etc/containerd/cni.conflist.template"), wire.lasting(made));
      expect([sys("cbr0/mtu"), ...mtus()]).toEqual(["1500", "1500", "1500"]);
      const before = read(made);
      ip("link", "set", "ens3", "mtu", "1450");
      wire.podNetwork();
      expect([sys("cbr0/mtu"), ...mtus()]).toEqual(["1450", "1450", "1450"]);
      expect(read(made)).toBe(before.replace("1500", "1450"));
      const written = fs.statSync(wire.lasting(made)).mtimeMs;
      wire.podNetwork();
      expect(fs.statSync(wire.lasting(made)).mtimeMs).toBe(written);
      expect(fs.readdirSync(wire.lasting("/etc/cni/net.d"))).toEqual(["10-containerd-net.conflist"]);
      ip("link", "set", "ens3", "mtu", "1500");
      wire.podNetwork();
    });

    it("makes the bridge again when somebody has deleted it, and attaches running pods, and nobody else", () => {
      const mac = sys("cbr0/address");
      ip("link", "add", "veth77777777", "type", "veth", "peer", "name", "strangers");
      ip("link", "del", "cbr0");
      expect(wire.ask("node", POD, 8080)).not.toMatch(/^pod/);
      expect(wire.podNetwork()).toBe(`attached ${PORT}\n`);
      expect(whole()).toEqual(WHOLE);
      expect([sys("cbr0/address"), sys(`${PORT}/brport/hairpin_mode`)]).toEqual([mac, "1"]);
      expect(ip("-o", "link", "show", "master", "cbr0").trim().split("\n")).toHaveLength(1);
      ip("link", "del", "veth77777777");
    });

    it("waits for its address, with everything else in place, and goes on when it has come", () => {
      ip("addr", "del", `${NODE}/24`, "dev", "ens3");
      nft("flush", "ruleset");
      expect(() => wire.podNetwork()).toThrow(`no device has the address ${NODE}: waiting for DHCP`);
      expect(nft("list", "ruleset")).toContain("masquerade");
      ip("addr", "add", `${NODE}/24`, "dev", "ens3");
      ip("route", "add", METADATA, "via", "10.106.1.200");
      expect(wire.podNetwork()).toBe("");
    });
  });
}
