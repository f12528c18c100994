import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { scriptFolder } from "./scripts";

const SCRIPT = path.join(scriptFolder(), "packages.sh");
/** What the script looks for, besides iptables. */
const REST = ["conntrack", "ip", "ipset", "ethtool", "socat", "mount"];

let bin: string;
beforeEach(() => (bin = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-packages-"))));
afterEach(() => fs.rmSync(bin, { recursive: true }));

/** A program of the node; each call is noted. */
const program = (name: string, body = "") =>
  fs.writeFileSync(path.join(bin, name), `#!/bin/sh\necho "${name} $*" >>"$0.calls"\n${body}\n`, { mode: 0o755 });
const calls = (name: string) => {
  const file = path.join(bin, `${name}.calls`);
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
};
/** A node without iptables whose apt-get does `update` and `install`. */
function node({ update = "", install = "", dpkg = "" }): void {
  for (const name of REST) program(name);
  program("dpkg", dpkg);
  const iptables = `printf '#!/bin/sh\\n' >${bin}/iptables; chmod 755 ${bin}/iptables`;
  program("apt-get", `case "$*" in *update*) ${update || ":"} ;; *install*) ${install || iptables} ;; esac`);
  for (const tool of ["chmod", "sh"]) fs.symlinkSync(`/bin/${tool}`, path.join(bin, tool));
}
const run = () => spawnSync("/bin/sh", [SCRIPT], { env: { PATH: bin }, encoding: "utf8" });

it("asks nobody where the image has everything", () => {
  node({});
  program("iptables");
  expect(run()).toMatchObject({ status: 0, stdout: "" });
  expect([...calls("apt-get"), ...calls("dpkg")]).toEqual([]);
});

it("installs what is missing and nothing else, after what an earlier run did not get to finish", () => {
  node({});
  expect(run()).toMatchObject({ status: 0, stdout: "hostroute: installing iptables\n" });
  expect(calls("dpkg")).toEqual(["dpkg --configure -a"]);
  expect(calls("apt-get")).toEqual([
    "apt-get update -q",
    "apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 iptables",
  ]);
  expect(run()).toMatchObject({ status: 0, stdout: "" });
});

/** As apt-get and dpkg of Debian 12 say it, for as long as `$0.fault` is there. */
const faulty = (text: string, code: number) => `[ ! -e ${"$0"}.fault ] || { echo "${text}" >&2; exit ${code}; }`;
it.each<[string, string, Parameters<typeof node>[0]]>([
  ["lists are locked", "apt-get", { update: faulty("E: Could not get lock /var/lib/apt/lists/lock.", 100) }],
  ["the mirror is away", "apt-get", { update: faulty("E: Failed to fetch", 100) }],
  ["dpkg is locked", "dpkg", { dpkg: faulty("dpkg: error: dpkg frontend lock was locked by another process", 2) }],
])("fails while %s, so that systemd tries again, and succeeds after that", (_fault, tool, how) => {
  node(how);
  const fault = path.join(bin, `${tool}.fault`);
  fs.writeFileSync(fault, "");
  expect(run().status).not.toBe(0);
  expect(run().status).not.toBe(0);
  expect(fs.existsSync(path.join(bin, "iptables"))).toBe(false);
  fs.rmSync(fault);
  expect(run().status).toBe(0);
  expect(fs.existsSync(path.join(bin, "iptables"))).toBe(true);
});

it("does not take apt's word for it", () => {
  node({ install: ":" });
  expect(run()).toMatchObject({ status: 1, stderr: "hostroute: still missing iptables\n" });
});
