import { ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { runDir } from "../../lab/paths";
import { ClusterNode as Node } from "../../outputs";
import { Namespace, namespaceOf, runIn } from "./namespaces";

/** The overlay's pods are in ranges for documentation (RFC 5737), which are in nobody's configuration. */
const SUBNETS = ["198.51.100", "203.0.113"] as const;
const MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;

export interface OverlayPod {
  namespace: Namespace;
  address: string;
}

export interface Overlay {
  pods: readonly [OverlayPod, OverlayPod];
  /** Takes everything down, and returns when it is gone. */
  down(): Promise<void>;
}

/** Puts an overlay between two nodes, beside the cluster's own network, with a pod on each. */
export async function raiseOverlay(nodes: readonly [Node, Node]): Promise<Overlay> {
  const halves = [await startHalf(nodes, 0), await startHalf(nodes, 1)];
  const down = async () => {
    await Promise.all(halves.map(endHalf));
  };
  try {
    await Promise.all(halves.map(ready));
  } catch (error) {
    await down();
    throw error;
  }
  const pod = (end: 0 | 1) => ({ namespace: `/run/netns/${podName(nodes[end])}`, address: `${SUBNETS[end]}.2` });
  return { pods: [pod(0), pod(1)], down };
}

/** Bytes that a node has sent through the overlay, as its device counts them. */
export async function bytesThroughOverlay(node: Node): Promise<number> {
  const text = await runIn(await namespaceOf(node), ["ip", "-j", "-s", "link", "show", "bench-vxlan"]);
  return (JSON.parse(text) as [{ stats64: { tx: { bytes: number } } }])[0].stats64.tx.bytes;
}

const podName = (node: Node) => `bench-${node.name}`;

/** In a session of its own: Ctrl-C ends the benchmark, and that ends this. Locked: one that is being taken down is waited for. */
async function startHalf(nodes: readonly [Node, Node], end: 0 | 1): Promise<ChildProcess> {
  const site = (which: number) => [nodes[which]!.address, MACS[which]!, SUBNETS[which]!];
  const node = nodes[end];
  const script = [path.join(__dirname, "vxlan.sh"), podName(node), ...site(end), ...site(1 - end)];
  const locked = ["--timeout", "20", path.join(runDir, `${podName(node)}.lock`)];
  return spawn("flock", [...locked, "nsenter", `--net=${await namespaceOf(node)}`, ...script], { detached: true });
}

/** Waits until a half stands. @throws Error with what it said when it ended instead. */
function ready(half: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let complaints = "";
    half.stderr?.on("data", (data) => (complaints += String(data)));
    half.stdout?.on("data", () => resolve());
    half.on("error", reject);
    half.on("close", () => reject(new Error(`The overlay did not come up: ${complaints.trim()}`)));
  });
}

function endHalf(half: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (half.exitCode !== null || half.pid === undefined) return resolve();
    half.on("exit", () => resolve());
    half.stdin?.end();
  });
}
