import * as fs from "node:fs";
import * as path from "node:path";
import { stateDir } from "../paths";
import { run, type RunOptions } from "../shell";

/** Everything libvirt writes: its own /etc, /run and /var (see libvirtd.sh). */
export const libvirtDir = path.join(stateDir, "libvirt");

/** libvirt keeps `<domain>.xml` and `<domain>.pid` here while a domain runs. */
const domainDir = path.join(libvirtDir, "run", "lxc");

/** Controllers of running guests: one libvirt_lxc process for each, whose only child is the guest's PID 1. */
export function controllers(): { domain: string; pid: number; instanceId: string | undefined }[] {
  return read(() => fs.readdirSync(domainDir), [])
    .filter((file) => file.endsWith(".pid"))
    .map((file) => {
      const domain = path.basename(file, ".pid");
      const pid = Number(read(() => fs.readFileSync(path.join(domainDir, file), "utf8"), "0"));
      const xml = read(() => fs.readFileSync(path.join(domainDir, `${domain}.xml`), "utf8"), "");
      return { domain, pid, instanceId: /<uuid>(.*?)<\/uuid>/.exec(xml)?.[1] };
    })
    .filter(({ pid }) => read(() => fs.readFileSync(`/proc/${pid}/comm`, "utf8"), "") === "libvirt_lxc\n");
}

/** Direct children of a process. */
export function childrenOf(pid: number): number[] {
  const list = read(() => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"), "");
  return list.split(" ").filter(Boolean).map(Number);
}

/** The host's pid of a guest's PID 1. It changes when the guest reboots. @throws Error when the guest does not run. */
export function processOf(instanceId: string): Promise<number> {
  const controller = controllers().find((one) => one.instanceId === instanceId);
  const [pid] = controller ? childrenOf(controller.pid) : [];
  return pid ? Promise.resolve(pid) : Promise.reject(new Error(`Server ${instanceId} does not run on this machine.`));
}

/** Runs a command inside a guest, as root, in all of its namespaces. @throws Error as `run` does. */
export async function inGuest(instanceId: string, command: string[], options: RunOptions = {}): Promise<string> {
  const pid = await processOf(instanceId);
  const environment = [
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME=/root",
    "LC_ALL=C.UTF-8",
  ];
  return run("nsenter", ["-t", String(pid), "-a", "-r", "-w", "env", "-i", ...environment, ...command], options);
}

function read<T>(reader: () => T, otherwise: T): T {
  try {
    return reader();
  } catch {
    return otherwise;
  }
}
