import * as fs from "node:fs";
import { run, waitFor } from "../shell";
import { host, publicBridge, publicNetwork } from "./configs";
import { daemons, databases, inOvn, ovsdb } from "./ovnServices";
import { startService, waitForAnswer } from "./running";
import { serviceEnv } from "./services";

/** Runs a tool of the lab's Open vSwitch or OVN. */
export const ovnTool = (name: string, ...args: string[]) => run(name, args, { env: serviceEnv, log: "ovn" });
const ovs = (...args: string[]) => ovnTool("ovs-vsctl", ...args);

/** What a compute node's chassis says of itself (Neutron's guide for OVN), here with the userspace datapath. */
const chassis = {
  "system-id": host,
  hostname: host,
  "ovn-remote": `unix:${inOvn(databases.sb.socket)}`,
  "ovn-bridge": "br-int",
  "ovn-bridge-datapath-type": "netdev",
  "ovn-encap-type": "geneve",
  "ovn-encap-ip": "127.0.0.1",
  "ovn-bridge-mappings": `public:${publicBridge}`,
  "ovn-cms-options": "enable-chassis-as-gw",
};

/** Starts OVN's databases, its central daemon and the machine's chassis, and waits until the chassis is registered. May be repeated. */
export async function startOvn(): Promise<void> {
  for (const [name, { schema }] of Object.entries(databases))
    if (!fs.existsSync(inOvn(`${name}.db`))) await ovnTool("ovsdb-tool", "create", inOvn(`${name}.db`), schema);
  Object.keys(ovsdb).forEach(startService);
  await waitForAnswer(...Object.keys(ovsdb));
  await Promise.all([ovnTool("ovn-nbctl", "init"), ovnTool("ovn-sbctl", "init"), ovs("--no-wait", "init")]);
  const ids = Object.entries(chassis).map(([key, value]) => `external_ids:${key}=${JSON.stringify(value)}`);
  // With it, guests keep their checksum offloads; vswitchd reads it once, when it starts.
  await ovs("--no-wait", "set", "open_vswitch", ".", "other_config:userspace-tso-enable=true", ...ids);
  Object.keys(daemons).forEach(startService);
  await waitForAnswer(...Object.keys(daemons));
  const registered = () => ovnTool("ovn-sbctl", "--bare", "--columns=name", "find", "Chassis", `name=${host}`);
  await waitFor("OVN to know the machine", async () => (await registered()).trim(), 30_000);
}

/** The bridge of the external network with the machine as its gateway; nothing is forwarded from it to anywhere else. */
export async function makePublicBridge(): Promise<void> {
  const rule = ["FORWARD", "-i", publicBridge, "!", "-o", publicBridge, "-j", "DROP"];
  const make = ["--may-exist", "add-br", publicBridge];
  await ovs(...make, "--", "set", "bridge", publicBridge, "datapath_type=netdev", "fail_mode=standalone");
  await run("ip", ["addr", "replace", publicNetwork.gateway + "/24", "dev", publicBridge]);
  await run("ip", ["link", "set", publicBridge, "up"]);
  await wholePackets([], publicBridge);
  await run("iptables", ["-w", "-C", ...rule]).catch(() => run("iptables", ["-w", "-I", ...rule]));
}

/**
 * Has a device send no packet longer than its MTU: OVN's router drops a TSO packet, because to the userspace datapath that is one, and
 * TCP across the router would crawl at 40 kB/s.
 * @param enter what to put before a command that is to see the device
 */
async function wholePackets(enter: string[], device: string): Promise<void> {
  const command = [...enter, "ethtool", "-K", device, "tso", "off", "gso", "off"];
  await run(command[0]!, command.slice(1));
}

/** Puts a namespace of this machine on the external network, by a link of its name; the other end is the namespace's `eth0`. */
export async function plugIntoPublic(namespace: string): Promise<void> {
  await wholePackets(["ip", "netns", "exec", namespace], "eth0");
  await ovs("--may-exist", "add-port", publicBridge, namespace);
}

/** Undoes `plugIntoPublic`. */
export async function unplugFromPublic(namespace: string): Promise<void> {
  await ovs("--if-exists", "del-port", publicBridge, namespace);
}
