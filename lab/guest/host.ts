import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stateDir } from "../paths";
import { run } from "../shell";

/** What guests need of the kernel and cannot load themselves. */
const modules = [
  "overlay",
  "br_netfilter",
  "nf_conntrack",
  "ip_tables",
  "iptable_nat",
  "ip6_tables",
  "ip_set",
  "nf_tables",
  "loop",
];

/** Guests share the host's kernel. What kubelet and kube-proxy write host-wide is noted here and put back by `restoreKernel`. */
const writtenByGuests = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
];

function settings(): Record<string, string> {
  return {
    // What kube-proxy asks for: a guest may read this one and not write it.
    "net/netfilter/nf_conntrack_max": String(Math.max(131072, 32768 * os.cpus().length)),
    // Counted for root on the whole host; one guest with systemd, containerd and kubelet takes about 40 of the usual 128.
    "fs/inotify/max_user_instances": "8192",
    "fs/inotify/max_user_watches": "1048576",
  };
}

const saved = path.join(stateDir, "guest-sysctls.json");
const sysctl = (key: string) => path.join("/proc/sys", key);

/** Loads modules where the kernel has any, notes the host's sysctls and sets those that guests count on. */
export async function prepareKernel(): Promise<void> {
  if (fs.existsSync(path.join("/lib/modules", os.release()))) {
    await Promise.all(modules.map((name) => run("modprobe", ["-q", name]).catch(() => undefined)));
  }
  if (!fs.existsSync(saved)) {
    const before = [...writtenByGuests, ...Object.keys(settings())]
      .filter((key) => fs.existsSync(sysctl(key)))
      .map((key) => [key, fs.readFileSync(sysctl(key), "utf8").trim()]);
    fs.mkdirSync(stateDir, { recursive: true });
    fs.writeFileSync(saved, JSON.stringify(Object.fromEntries(before)));
  }
  for (const [key, value] of Object.entries(settings())) {
    if (fs.existsSync(sysctl(key))) fs.writeFileSync(sysctl(key), value);
  }
}

/** Puts back what `prepareKernel` noted. */
export function restoreKernel(): void {
  if (!fs.existsSync(saved)) return;
  const before = JSON.parse(fs.readFileSync(saved, "utf8")) as Record<string, string>;
  for (const [key, value] of Object.entries(before)) fs.writeFileSync(sysctl(key), value);
  fs.rmSync(saved);
}
