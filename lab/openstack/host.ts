import * as fs from "node:fs";
import * as path from "node:path";
import { stateDir } from "../paths";
import { run } from "../shell";
import { once, publicBridge } from "./configs";
import { serviceEnv } from "./services";

/** What the machine had before the lab: of the names that Neutron and OVN use, only what is not in here is the lab's. */
interface Before {
  sysctls: string[];
  links: string[];
  namespaces: string[];
  tables: string[];
  netnsFolder: boolean;
}

const beforeFile = path.join(stateDir, "before.json");
/** Settings that Neutron, libvirt and a kubelet in a guest change for the whole machine. */
const sysctlPattern = "^(net[.]|vm[.]overcommit_memory|kernel[.]panic|kernel[.]keys[.])";
const lines = async (program: string, ...args: string[]) =>
  (await run(program, args).catch(() => "")).split("\n").filter((line) => line !== "");
const firstWords = (text: string[]) => text.map((line) => line.split(" ")[0]!);

const links = async () => (await lines("ip", "-o", "link")).map((line) => line.split(/[:@]\s*/)[1]!);
const namespaces = async () => firstWords(await lines("ip", "netns", "list"));
const tables = () => lines("nft", "list", "tables");
const sysctls = () => lines("sysctl", "-a", "-r", sysctlPattern);

/** Records the machine's state, once and before anything is changed. */
export async function rememberHost(): Promise<void> {
  await once("before", async () => {
    const before: Before = {
      sysctls: await sysctls(),
      links: await links(),
      namespaces: await namespaces(),
      tables: await tables(),
      netnsFolder: fs.existsSync("/run/netns"),
    };
    fs.writeFileSync(beforeFile, JSON.stringify(before));
  });
}

/** Kills what carries the lab's mark in its environment, all of it or what a pattern finds in the command line; returns the pids. */
export function killMarked(pattern = /(?:)/): number[] {
  const mark = `HOSTROUTE_LAB=${serviceEnv.HOSTROUTE_LAB}`;
  const found = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return found.map(Number).filter((pid) => {
    try {
      if (!fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark)) return false;
      if (!pattern.test(fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "))) return false;
      process.kill(pid, "SIGKILL");
      return true;
    } catch {
      return false;
    }
  });
}

/** Takes away what the services left in the kernel and puts the settings back. The services must have ended. */
export async function restoreHost(): Promise<void> {
  const before = readBefore();
  const isNew = (kind: "links" | "namespaces" | "tables", name: string) => before && !before[kind].includes(name);
  // Without a record, names that others use too are left alone.
  const mine = (kind: "links" | "namespaces", pattern: RegExp, name: string) =>
    name.startsWith("lab-") || (pattern.test(name) && isNew(kind, name));

  for (const name of (await namespaces()).filter((n) => mine("namespaces", /^ovnmeta-/, n))) {
    const pids = await lines("ip", "netns", "pids", name);
    if (pids.length > 0) await run("kill", ["-9", ...pids]).catch(() => undefined); // some may have ended by themselves
    await run("ip", ["netns", "del", name]);
  }
  // Those of the datapath's bridges end with vswitchd, and a guest's veth with the guest.
  for (const name of (await links()).filter((n) => mine("links", /^(tap|br-int$|ovs-netdev$|genev_sys)/, n)))
    await run("ip", ["link", "del", name]).catch(() => undefined); // the other end of a veth took it along
  await dropForwardRule();
  for (const table of (await tables()).filter((t) => isNew("tables", t))) await dropIfEmpty(table);

  if (before && !before.netnsFolder && fs.existsSync("/run/netns") && fs.readdirSync("/run/netns").length === 0) {
    await run("umount", ["/run/netns"]).catch(() => undefined);
    fs.rmdirSync("/run/netns");
  }
  const now = new Set(await sysctls());
  for (const setting of (before?.sysctls ?? []).filter((line) => !now.has(line)))
    await run("sysctl", ["-q", "-w", setting.replace(" = ", "=")]).catch(() => undefined); // counters are read-only
}

function readBefore(): Before | undefined {
  return fs.existsSync(beforeFile) ? (JSON.parse(fs.readFileSync(beforeFile, "utf8")) as Before) : undefined;
}

/** The rule of the external network's bridge. Listing makes no table where there is none, as a deletion would. */
async function dropForwardRule(): Promise<void> {
  const rules = (await lines("iptables-save", "-t", "filter")).filter((line) => line.includes(` ${publicBridge} `));
  for (const rule of rules) await run("iptables", ["-w", ...rule.replace(/^-A/, "-D").split(" ")]);
}

/** A table that iptables made on its first use is removed again if only its empty built-in chains are left. */
async function dropIfEmpty(table: string): Promise<void> {
  const [, family, name] = table.split(" ");
  if (!family || !name) return;
  const text = await lines("nft", "list", "table", family, name);
  const content = text.filter(
    (line) => !/^\s*(table .*\{|chain .*\{|type .* hook .*policy accept;|\}|# .*)\s*$/.test(line),
  );
  if (content.length === 0) await run("nft", ["delete", "table", family, name]);
}
