import * as fs from "node:fs";
import * as path from "node:path";
import { call } from "../openstack/api";
import { etc, host } from "../openstack/configs";
import { venv } from "../openstack/environment";
import { serviceEnv } from "../openstack/services";
import { stateDir } from "../paths";
import { pidOf, run, start, stop, waitFor } from "../shell";
import { childrenOf, controllers, libvirtDir } from "./guests";

const configuration = `[DEFAULT]
compute_driver = libvirt.LibvirtDriver
use_cow_images = false
force_raw_images = false
# A guest with running containers may take its time; then Nova pulls the plug.
wait_soft_reboot_seconds = 30
[libvirt]
virt_type = lxc
images_type = raw
inject_partition = -2
[workarounds]
skip_cpu_compare_on_dest = true
[os_vif_ovs]
ovsdb_connection = tcp:127.0.0.1:6640
`;

/** Starts libvirtd and nova-compute unless they run, and waits until Nova would schedule a server onto this machine. */
export async function startCompute(): Promise<void> {
  const socket = path.join(libvirtDir, "run", "libvirt-sock");
  if (!pidOf("libvirtd")) {
    // What was killed left its socket, and a nova-compute that mounts disks where a new libvirtd does not see them.
    await stop("nova-compute");
    fs.rmSync(socket, { force: true });
    start("libvirtd", ["unshare", "--mount", path.join(__dirname, "libvirtd.sh"), libvirtDir], serviceEnv);
  }
  await waitFor("libvirtd", () => pidOf("libvirtd") && fs.existsSync(socket));

  fs.writeFileSync(etc("nova-lxc.conf"), configuration);
  // Where libvirtd is: both have to see a guest's root file system at the same place.
  const entered = ["nsenter", `--mount=/proc/${pidOf("libvirtd")}/ns/mnt`];
  const launcher = [path.join(venv, "bin/python"), path.join(__dirname, "nova-compute-lxc.py")];
  const files = ["--config-file", etc("nova.conf"), "--config-file", etc("nova-lxc.conf")];
  start("nova-compute", [...entered, ...launcher, ...files], serviceEnv);
  await waitFor("nova-compute to be listed by Nova", isListed, 180_000, 1000);
}

/** A hypervisor is listed once its host belongs to a cell, which the scheduler's periodic discovery sees to. */
async function isListed(): Promise<boolean> {
  if (!pidOf("nova-compute")) throw new Error("nova-compute has ended, see its log");
  type List = { state: string; service: { host: string } }[];
  const { hypervisors } = await call<{ hypervisors: List }>("GET", "compute", "/os-hypervisors/detail");
  return hypervisors.some(({ state, service }) => state === "up" && service.host === host);
}

/** Ends nova-compute, all guests and libvirtd, and removes what they leave in the kernel and in the lab's state. */
export async function stopCompute(): Promise<void> {
  await stop("nova-compute");
  // Not through libvirt: it may be dead already. The end of its PID 1 ends everything in a guest, and then its controller.
  for (const { pid } of controllers()) [...childrenOf(pid), pid].forEach(kill);
  await waitFor("guests to end", () => controllers().length === 0, 30_000);
  await stop("libvirtd");
  await removeCgroups();
  await detachLoopDevices();
  fs.rmSync(libvirtDir, { recursive: true, force: true });
  // The mount point that libvirtd.sh made; a libvirt of the machine's own has something in it.
  await run("rmdir", ["/run/libvirt"]).catch(() => undefined);
}

/** Folders made by guests' inits (`lab-…`) and by libvirt (`machine/lxc-…`). Normally libvirt and its hook have removed them. */
async function removeCgroups(): Promise<void> {
  const ours = "( -path /sys/fs/cgroup/*/lab-lxc-* -o -path /sys/fs/cgroup/*/machine/lxc-*-instance-* )".split(" ");
  const find = (...action: string[]) => run("find", ["/sys/fs/cgroup", "-depth", ...ours, ...action]);
  const remove = async () => {
    const members = await find("-name", "cgroup.procs", "-exec", "cat", "{}", "+");
    members.split("\n").filter(Boolean).map(Number).forEach(kill);
    await find("-type", "d", "-delete");
    return true;
  };
  await waitFor("cgroups of guests to be empty", remove, 10_000);
  // The folder of libvirt's guests stays where the machine's own libvirt has some.
  await run("sh", ["-c", "rmdir /sys/fs/cgroup/*/machine"]).catch(() => undefined);
}

/** Nova attaches a guest's disk to a loop device, which a killed nova-compute leaves behind. */
async function detachLoopDevices(): Promise<void> {
  const devices = await run("losetup", ["--noheadings", "--raw", "--output", "NAME,BACK-FILE"]);
  for (const line of devices.split("\n")) {
    const [name, file] = line.split(" ");
    if (name && file?.startsWith(`${stateDir}/`)) await run("losetup", ["--detach", name]);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // already gone
  }
}
