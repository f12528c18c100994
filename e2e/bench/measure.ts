import { ChildProcess, spawn } from "node:child_process";
import { waitFor } from "../../lab/shell";
import { Latency, parseIperf3, parseSockperf, Throughput } from "./figures";
import { inNamespace, Namespace, runIn } from "./namespaces";

/** The measuring tools, in the series of Debian 12. */
export const packages = { iperf3: "3.12*", sockperf: "3.7*" };

/** A way from one network namespace to an address in another. */
export interface Path {
  name: string;
  from: Namespace;
  to: Namespace;
  address: string;
}

const PORTS = { iperf3: "5201", sockperf: "11111" };
const SECONDS = { throughput: 3, latency: 2 };

/** How much longer than it measures a tool may take, in milliseconds. */
const GRACE = 10_000;

/**
 * A round trip is measured with both ends on one core. On two, most of it is the time that an idle core of a virtual machine takes to wake
 * up (about 48 of 55 µs on loopback); left to the scheduler, a run is of the one or the other kind by chance.
 */
const ONE_CORE = ["taskset", "--cpu-list", "0"];

/** The paths' servers, until `end`. */
export class Servers {
  private readonly children: ChildProcess[] = [];

  /** Starts a path's, and returns when they listen. */
  async start({ to, address, name }: Path): Promise<void> {
    this.spawn(to, ["iperf3", "--server", "--bind", address, "--port", PORTS.iperf3]);
    // Of a benchmark that was killed, the port stays in TIME-WAIT for a minute.
    const sockperf = ["sockperf", "server", "--tcp", "--ip", address, "--port", PORTS.sockperf, "--uc-reuseaddr"];
    this.spawn(to, [...ONE_CORE, ...sockperf]);
    const listen = async () => {
      const sockets = await runIn(to, ["ss", "-Hltn"]);
      return Object.values(PORTS).every((port) => sockets.includes(`${address}:${port} `));
    };
    await waitFor(`the servers of the path "${name}" to listen`, listen, 10_000);
  }

  /** Ends them, each by its pid, and returns when they are gone. */
  async end(): Promise<void> {
    const running = this.children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ended = running.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of running) child.kill("SIGKILL");
    await Promise.all(ended);
  }

  private spawn(namespace: Namespace, command: readonly string[]): void {
    const child = spawn(...inNamespace(namespace, command), { stdio: "ignore" });
    child.on("error", () => undefined); // then nobody listens, and `start` says so
    if (child.pid) this.children.push(child);
  }
}

/** One TCP stream: as the scheduler likes it, or with both ends and all between them on one core. */
export async function throughput({ from, address }: Path, oneCore = false): Promise<Throughput> {
  const client = ["iperf3", "--client", address, "--port", PORTS.iperf3, "--json"];
  const length = ["--time", String(SECONDS.throughput)];
  const affinity = oneCore ? ["--affinity", "0,0"] : []; // the client's and the server's
  const timeout = SECONDS.throughput * 1000 + GRACE;
  return parseIperf3(await runIn(from, [...client, ...length, ...affinity], { timeout }));
}

/** Request and response of 64 bytes over one TCP connection, one at a time. */
export async function latency({ from, address }: Path): Promise<Latency> {
  const client = ["sockperf", "ping-pong", "--tcp", "--ip", address, "--port", PORTS.sockperf, "--full-rtt"];
  const length = ["--msg-size", "64", "--time", String(SECONDS.latency)];
  const timeout = SECONDS.latency * 1000 + GRACE;
  return parseSockperf(await runIn(from, [...ONE_CORE, ...client, ...length], { timeout }));
}
