import { ChildProcess, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { publishedRoutes } from "../../components/objects/publishedRoutes";
import { RouteTier } from "../../components/settings/routeTier";
import { DhcpWire } from "./dhcpWire";
import { API, API_ADDRESS, API_URL, issueAll } from "./planServer";

/** As the script has it for a plan that was never read; and in place of it. */
const [PATIENCE, SHORT_PATIENCE] = ["PATIENCE = 60.0", "PATIENCE = 1.0"] as const;

/** The two objects, by what nodes call them. */
export const [PLANNED, SETTLED] = ["hostroute-routes", "hostroute-routes-settled"] as const;

export interface Published {
  version: number;
  uid?: string;
  tier: RouteTier;
  /** Destination and next hop. */
  routes: Record<string, string>;
}

/** A ConfigMap as the API server gives it. */
export const configMap = ({ version, uid = "1", tier, routes }: Published) => ({
  metadata: { uid, resourceVersion: String(version) },
  data: publishedRoutes(
    tier,
    Object.entries(routes).map(([destination, nextHop]) => ({ destination, nextHop, node: "" })),
  ),
});

/** A wire with an API server as well: its certificates are real, and what it answers are files. */
export class PlanWire extends DhcpWire {
  readonly server = API_URL;
  private api: ChildProcess | undefined;
  private at = (...names: string[]) => path.join(this.folder, ...names);

  async startWithApi(routes: Record<string, string>): Promise<void> {
    await this.start(routes);
    spawnSync("ip", ["-n", this.cloud, "addr", "add", `${API_ADDRESS}/24`, "dev", "tap0"]);
    for (const folder of ["kept", "objects"]) fs.mkdirSync(this.at(folder));
    issueAll(this.folder);
    const script = fs.readFileSync(this.at("learn-routes.py"), "utf8");
    if (!script.includes(PATIENCE)) throw new Error(`learn-routes.py has no ${PATIENCE}`);
    fs.writeFileSync(this.at("learn-routes.py"), script.replace(PATIENCE, SHORT_PATIENCE));
    await this.back();
  }

  /** What the API answers for an object: JSON of whatever is given, text as it is, a number as the status; nothing: 404. */
  say(name: string, what?: object | string | number, remembered = false): void {
    const file = this.at("objects", remembered ? `${name}?resourceVersion=0` : name);
    if (what === undefined) fs.rmSync(file, { force: true });
    else fs.writeFileSync(file, typeof what === "object" ? JSON.stringify(what) : String(what));
  }

  publish(planned: Published, settled = planned): void {
    this.say(PLANNED, configMap(planned));
    this.say(SETTLED, configMap(settled));
  }

  /** What was asked for since the last call: object, form and who asked. */
  asked(): string[] {
    const log = this.at("asked");
    const lines = fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n") : [];
    fs.rmSync(log, { force: true });
    return lines;
  }

  /** The API goes. */
  async away(): Promise<void> {
    const api = this.api!;
    await new Promise((resolve) => (api.on("exit", resolve), api.kill("SIGKILL")));
  }

  async back(): Promise<void> {
    fs.rmSync(this.at("ready"), { force: true });
    this.api = this.spawn(this.cloud, "python3", "-BIS", "-c", API, this.folder);
    for (let i = 0; i < 100 && !fs.existsSync(this.at("ready")); i++) await sleep(50);
  }

  /** One run of the script; its exit code, and what it says. */
  run(...args: string[]): { code: number | null; said: string } {
    const [RUNTIME_DIRECTORY, STATE_DIRECTORY, HOSTROUTE_PKI] = [this.folder, this.at("kept"), this.at("pki")];
    const env = { ...process.env, RUNTIME_DIRECTORY, STATE_DIRECTORY, HOSTROUTE_PKI };
    const command = ["netns", "exec", this.node, "python3", "-BS", this.at("learn-routes.py"), ...args];
    const { status, stdout, stderr } = spawnSync("ip", command, { env, encoding: "utf8", timeout: 30_000 });
    return { code: status, said: stdout + stderr };
  }
}
