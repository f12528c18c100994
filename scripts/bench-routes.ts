import { ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { columns } from "../cli/report";
import { shipped } from "../components/cloudinit/shipped";
import { publishedRoutes } from "../components/objects/publishedRoutes";
import { spread } from "../e2e/bench/figures";
import { specOf } from "../tests/fixtures";
import { API, API_ADDRESS, API_URL, issueAll } from "../tests/integration/planServer";

/** What learn-routes.py takes on one node of so many, with the real kernel and TLS: `npm run bench:routes`, as root. */
const SIZES = [3, 30, 250, 1_000];
const ROUNDS = 5;
const [NODE, CLOUD] = [`bench-node-${process.pid}`, `bench-cloud-${process.pid}`];

const ip = (...args: string[]) => execFileSync("ip", args, { encoding: "utf8" });
const inNode = (...command: string[]) => ["netns", "exec", NODE, ...command];

/** The plan, and what the first worker of so many is told. */
function planOf(count: number) {
  const network = { cidr: "10.106.0.0/21", firstWorkerAddress: "10.106.2.0" };
  const spec = specOf({ clusterCidr: "10.64.0.0/12", network, workerPools: [{ name: "worker", count }] });
  const [own] = spec.plan.workers;
  const place = [own!.address, spec.clusterCidr, "24", spec.nodeRanges.workers.join(), own!.podCidr];
  return { routes: spec.plan.routes, place };
}

async function bench(folder: string): Promise<void> {
  const at = (...names: string[]) => path.join(folder, ...names);
  for (const name of ["learn-routes.py", "dhcp_inform.py", "route_plan.py"])
    fs.writeFileSync(at(name), shipped(name), { mode: 0o755 });
  for (const name of ["kept", "objects"]) fs.mkdirSync(at(name));
  issueAll(folder);
  let api: ChildProcess | undefined;
  const serve = async () => {
    fs.rmSync(at("ready"), { force: true });
    api = spawn("ip", ["netns", "exec", CLOUD, "python3", "-BIS", "-c", API, folder], { stdio: "inherit" });
    for (let i = 0; i < 100 && !fs.existsSync(at("ready")); i++) await sleep(50);
  };
  const away = async () => {
    await new Promise((resolve) => (api!.on("exit", resolve), api!.kill("SIGKILL")));
  };
  const rows: string[][] = [["workers", "run", "seconds", "CPU, ms", "of those in the kernel", "routes after it"]];
  let version = 0;
  try {
    for (const count of SIZES) {
      const { routes, place } = planOf(count);
      const publish = (some: typeof routes) => {
        const object = {
          metadata: { uid: "1", resourceVersion: String(++version) },
          data: publishedRoutes("nodes", some),
        };
        for (const name of ["hostroute-routes", "hostroute-routes-settled"])
          fs.writeFileSync(at("objects", name), JSON.stringify(object));
        return JSON.stringify(object).length;
      };
      const run = () => {
        const command = ["python3", "-BS", at("learn-routes.py"), ...place, API_URL, "kubelet"].join(" ");
        const env = {
          ...process.env,
          RUNTIME_DIRECTORY: folder,
          STATE_DIRECTORY: at("kept"),
          HOSTROUTE_PKI: at("pki"),
        };
        const timed = ["bash", "-c", `TIMEFORMAT='%R %U %S'; time ${command} >/dev/null`];
        const { stderr, status } = spawnSync("ip", inNode(...timed), { env, encoding: "utf8" });
        if (status !== 0) throw new Error(`learn-routes.py ended with ${status}: ${stderr}`);
        return stderr.trim().split(" ").map(Number) as [number, number, number];
      };
      const clear = () => spawnSync("ip", ["-n", NODE, "route", "flush", "proto", "121"]);
      const measured = async (name: string, before: () => void | Promise<void>) => {
        const runs: [number, number, number][] = [];
        for (let round = 0; round < ROUNDS; round++) {
          await before();
          runs.push(run());
        }
        const median = (of: (one: [number, number, number]) => number) => spread(runs.map(of)).median;
        const held = ip("-n", NODE, "route", "show", "proto", "121").split("\n").filter(Boolean).length;
        const cpu = median(([, user, system]) => 1000 * (user + system)).toFixed(0);
        const kernel = median(([, , system]) => 1000 * system).toFixed(0);
        rows.push([String(count), name, median(([real]) => real).toFixed(2), cpu, kernel, String(held)]);
      };
      ip("-n", NODE, "addr", "replace", `${place[0]}/21`, "dev", "ens3");
      await serve();
      process.stderr.write(`${count} workers: an object of ${publish(routes)} bytes\n`);
      await measured("a new node", () => {
        clear();
        for (const name of fs.readdirSync(at("kept"))) fs.rmSync(at("kept", name));
      });
      await measured("nothing has changed", () => undefined);
      let round = 0;
      await measured("a worker comes or goes", () => void publish(++round % 2 ? routes.slice(0, -1) : routes));
      publish(routes);
      run();
      await away();
      await measured("after a reboot, the API away", () => void clear());
      await measured("the API away", () => undefined);
      ip("-n", NODE, "addr", "del", `${place[0]}/21`, "dev", "ens3");
      clear();
    }
  } finally {
    api?.kill("SIGKILL");
  }
  process.stdout.write(`${columns(rows)}\n`);
}

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-bench-"));
  for (const space of [NODE, CLOUD]) ip("netns", "add", space);
  try {
    ip("link", "add", "tap0", "netns", CLOUD, "type", "veth", "peer", "name", "ens3", "netns", NODE);
    for (const [space, link] of [
      [NODE, "ens3"],
      [CLOUD, "tap0"],
    ] as const)
      ip("-n", space, "link", "set", link, "up");
    ip("-n", CLOUD, "addr", "add", `${API_ADDRESS}/21`, "dev", "tap0");
    await bench(folder);
  } finally {
    for (const space of [NODE, CLOUD]) spawnSync("ip", ["netns", "del", space]);
    fs.rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
