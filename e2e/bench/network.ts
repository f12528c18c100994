import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { columns } from "../../cli/report";
import { inGuest } from "../../lab/guest";
import { install } from "../../lab/openstack";
import { stateDir } from "../../lab/paths";
import { claim, progress, release } from "../../lab/shell";
import { ClusterNode as Node } from "../../outputs";
import { workers } from "../support/cloud";
import { toolPods } from "../support/kube";
import { figureRows, figuresOf, ratioRows, Sample } from "./figures";
import { latency, packages, Path, Servers, throughput } from "./measure";
import { namespaceOf, namespaceOfPod, runIn } from "./namespaces";
import { bytesThroughOverlay, Overlay, raiseOverlay } from "./vxlan";

const USAGE = "usage: npm run bench:network -- [rounds]   (5 unless told, at most 50)";

/** What is measured: each path with packets cut in the kernel, as the lab's nodes do, and with that left to the NIC (TSO, GSO). */
const OFFLOADS = { "": "off", ", TSO": "on" } as const;
const RATIOS = Object.keys(OFFLOADS).flatMap((suffix) =>
  [["routed", "host"] as const, ["vxlan", "host"] as const, ["routed", "vxlan"] as const].map(
    ([one, other]) => [`${one}${suffix}`, `${other}${suffix}`] as const,
  ),
);

/** What has to be undone, in this order from the last. */
const undo: (() => Promise<void>)[] = [];
let undoing: Promise<void> | undefined;
const cleanUp = () => (undoing ??= undo.reduceRight((before, step) => before.then(step), Promise.resolve()));

async function bench(rounds: number): Promise<void> {
  const nodes = [workers()[0]!, workers().at(-1)!] as const;
  if (nodes[0].name === nodes[1].name) throw new Error("The benchmark needs two workers.");
  claim("bench-network");
  undo.push(() => Promise.resolve(release("bench-network")));
  await install(packages);
  const overlay = await raiseOverlay(nodes);
  undo.push(() => overlay.down());
  const paths = await pathsBetween(nodes, overlay);
  const servers = new Servers();
  undo.push(() => servers.end());
  for (const each of paths) await servers.start(each);
  const segmentation = (value: Way["segmentation"]) => Promise.all(nodes.map((node) => setSegmentation(node, value)));
  undo.push(() => segmentation("off").then(() => undefined));
  const ways = Object.entries(OFFLOADS).flatMap(([suffix, segmentation]) =>
    paths.map((each) => ({ ...each, name: each.name + suffix, segmentation })),
  );

  const before = os.loadavg()[0]!;
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round++)
    for (const way of inTurn(ways, round)) {
      await segmentation(way.segmentation);
      samples.push(await measure(round, way, nodes[0]));
    }
  await segmentation("off");
  report(
    {
      at: new Date().toISOString(),
      kernel: os.release(),
      cores: os.cpus().length,
      cpu: os.cpus()[0]!.model,
      load: { before, after: os.loadavg()[0]! },
      nodes: nodes.map(({ name }) => name),
      rounds,
      offloads: { eth0: await offloads(nodes[0], "eth0"), vxlan: await offloads(nodes[0], "bench-vxlan") },
    },
    ways,
    samples,
  );
}

interface Way extends Path {
  segmentation: "on" | "off";
}

/** A node's TSO and GSO. The lab's nodes have both off (lab/guest/guest-init). */
const setSegmentation = async (node: Node, value: "on" | "off") =>
  runIn(await namespaceOf(node), ["ethtool", "-K", "eth0", "tso", value, "gso", value]);

/** The three paths between the same two nodes. */
async function pathsBetween([one, other]: readonly [Node, Node], overlay: Overlay): Promise<Path[]> {
  const pods = await toolPods();
  const addressOn = (node: Node) => pods.find((pod) => pod.node === node.name)!.address;
  const [from, to] = overlay.pods;
  return [
    { name: "host", from: await namespaceOf(one), to: await namespaceOf(other), address: other.address },
    {
      name: "routed",
      from: await namespaceOfPod(one, addressOn(one)),
      to: await namespaceOfPod(other, addressOn(other)),
      address: addressOn(other),
    },
    { name: "vxlan", from: from.namespace, to: to.namespace, address: to.address },
  ];
}

/** From another one on in each round: what disturbs the machine for a while disturbs them alike. */
const inTurn = <T>(all: readonly T[], round: number): T[] => [
  ...all.slice(round % all.length),
  ...all.slice(0, round % all.length),
];

async function measure(round: number, way: Path, sender: Node): Promise<Sample> {
  const before = await bytesThroughOverlay(sender);
  const sample = {
    round,
    path: way.name,
    throughput: await throughput(way),
    oneCore: await throughput(way, true),
    latency: await latency(way),
  };
  const sent = sample.throughput.bytes + sample.oneCore.bytes;
  checkWay(way, sent, (await bytesThroughOverlay(sender)) - before);
  const { throughput: free, oneCore, latency: trip } = sample;
  const [rate, oneCoreRate] = [free, oneCore].map(({ bitsPerSecond }) => (bitsPerSecond / 1e9).toFixed(1));
  progress(`round ${round}, ${way.name}: ${rate} Gbit/s, ${oneCoreRate} on one core, ${trip.median.toFixed(1)} µs`);
  return sample;
}

/** The overlay's traffic went through its device, and no other did. @throws Error otherwise: the figures would be of another path. */
function checkWay({ name }: Path, sent: number, tunnelled: number): void {
  const right = name.startsWith("vxlan") ? tunnelled >= sent : tunnelled < 100_000;
  if (!right) throw new Error(`Of ${sent} bytes on the path "${name}", ${tunnelled} went through the VXLAN device.`);
}

/** A device's offloads that decide how large a packet is on its way through the kernel. */
async function offloads({ instanceId }: Node, device: string): Promise<Record<string, string>> {
  const lines = (await inGuest(instanceId, ["ethtool", "-k", device], { timeout: 10_000 })).split("\n");
  const wanted = /^(tcp-segmentation-offload|generic-(segmentation|receive)-offload|tx-udp_tnl(-csum)?-segmentation): /;
  return Object.fromEntries(
    lines
      .map((line) => line.trim())
      .flatMap((line) => (wanted.test(line) ? [line.split(": ") as [string, string]] : [])),
  );
}

interface Circumstances {
  at: string;
  kernel: string;
  cores: number;
  cpu: string;
  /** Averages of one minute. */
  load: { before: number; after: number };
  nodes: string[];
  rounds: number;
  offloads: Record<string, Record<string, string>>;
}

function report(circumstances: Circumstances, ways: readonly Way[], samples: readonly Sample[]): void {
  const { kernel, cores, cpu, load, nodes, rounds } = circumstances;
  const names = ways.map(({ name }) => name);
  const figures = figuresOf(samples, names);
  const file = path.join(stateDir, "bench", "network.json");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify({ ...circumstances, figures, samples }, undefined, 1)}\n`);
  process.stdout.write(`
Linux ${kernel}, ${cores} cores (${cpu}), ${nodes.join(" to ")}
${rounds} rounds: median (lowest–highest). Load average ${load.before.toFixed(2)} before, ${load.after.toFixed(2)} after

${columns(figureRows(figures))}

${columns(ratioRows(figures, RATIOS))}

All samples: ${file}
`);
}

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    interrupted = true;
    process.exitCode = 130;
    progress(`${signal}: cleaning up`);
    void cleanUp().finally(() => process.exit());
  });
}

async function main(argument = "5"): Promise<void> {
  const rounds = Number(argument);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50) throw new Error(USAGE);
  if (!fs.existsSync(path.join(stateDir, "outputs.json"))) throw new Error("The lab is not up. Bring it up: make up");
  await bench(rounds);
}

const fail = (error: unknown) => {
  if (interrupted) return; // by then every tool fails
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
};

main(...process.argv.slice(2))
  .catch(fail)
  .then(cleanUp)
  .catch(fail)
  .finally(() => process.exit());
