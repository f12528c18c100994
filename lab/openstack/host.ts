import * as fs from "node:fs";
import * as path from "node:path";
import { stateDir } from "../paths";
import { run } from "../shell";
import { once, publicBridge, publicNetwork } from "./configs";
import { serviceEnv } from "./services";

/** What the machine had before the lab: of the names that Neutron uses, only what is not in here is the lab's. */
interface Before {
  sysctls: string[];
  links: string[];
  namespaces: string[];
  sets: string[];
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
const sets = () => lines("ipset", "list", "-n");
const tables = () => lines("nft", "list", "tables");
const sysctls = () => lines("sysctl", "-a", "-r", sysctlPattern);

/** Records the machine's state, once and before anything is changed. */
export async function rememberHost(): Promise<void> {
  await once("before", async () => {
    const before: Before = {
      sysctls: await sysctls(),
      links: await links(),
      namespaces: await namespaces(),
      sets: await sets(),
      tables: await tables(),
      netnsFolder: fs.existsSync("/run/netns"),
    };
    fs.writeFileSync(beforeFile, JSON.stringify(before));
  });
}

/** The bridge of the external network with the machine as its gateway; nothing is forwarded from it to anywhere else. */
export async function makePublicBridge(): Promise<void> {
  const rule = ["FORWARD", "-i", publicBridge, "!", "-o", publicBridge, "-j", "DROP"];
  if (!(await links()).includes(publicBridge)) await run("ip", ["link", "add", publicBridge, "type", "bridge"]);
  await run("ip", ["addr", "replace", publicNetwork.gateway + "/24", "dev", publicBridge]);
  await run("ip", ["link", "set", publicBridge, "up"]);
  await run("iptables", ["-w", "-C", ...rule]).catch(() => run("iptables", ["-w", "-I", ...rule]));
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
  // Without a record, the lab's own bridge still tells that there was a lab here.
  if (!before && !(await links()).includes(publicBridge)) return;
  const isNew = (kind: "links" | "namespaces" | "sets" | "tables", name: string) => !before?.[kind].includes(name);

  for (const name of (await namespaces()).filter((n) => /^(q(dhcp|router)|lab)-/.test(n) && isNew("namespaces", n))) {
    const pids = await lines("ip", "netns", "pids", name);
    if (pids.length > 0) await run("kill", ["-9", ...pids]).catch(() => undefined); // some may have ended by themselves
    await run("ip", ["netns", "del", name]);
  }
  for (const name of (await links()).filter((n) => /^(brq|tap|lab-)/.test(n) && isNew("links", n)))
    await run("ip", ["link", "del", name]).catch(() => undefined); // the other end of a veth took it along
  for (const family of ["iptables", "ip6tables", "ebtables"]) await dropNeutronRules(family);
  for (const name of (await sets()).filter((n) => /^NIPv[46]/.test(n) && isNew("sets", n)))
    await run("ipset", ["destroy", name]);
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

/** Reloads the rules without Neutron's chains and the lab's bridge. Everybody else's rules and counters stay. */
async function dropNeutronRules(family: string): Promise<void> {
  const all = await lines(`${family}-save`, ...(family === "ebtables" ? [] : ["-c"]));
  const others = all.filter((line) => !/neutron|lab-public/.test(line));
  if (others.length === all.length) return;
  const options = family === "ebtables" ? [] : ["-c", "-w"];
  await run(`${family}-restore`, options, { input: others.join("\n") + "\n" });
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
