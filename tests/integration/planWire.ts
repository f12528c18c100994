import { ChildProcess, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { publishedRoutes } from "../../components/objects/publishedRoutes";
import { RouteTier } from "../../components/settings/routeTier";
import { DhcpWire } from "./dhcpWire";
import { Issuer } from "./issuer";

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
  readonly server = "https://10.106.1.250:6443";
  private api: ChildProcess | undefined;
  private at = (...names: string[]) => path.join(this.folder, ...names);

  async startWithApi(routes: Record<string, string>): Promise<void> {
    await this.start(routes);
    spawnSync("ip", ["-n", this.cloud, "addr", "add", "10.106.1.250/24", "dev", "tap0"]);
    const issuer = new Issuer(this.at("issuer"));
    const pair = (name: string, subject: string, uses: string, names?: string) => {
      fs.writeFileSync(
        this.at("pki", `${name}.crt`),
        issuer.issue(name, { subject, uses, ...(names ? { names } : {}) }),
      );
      fs.copyFileSync(this.at("issuer", `${name}.key`), this.at("pki", `${name}.key`));
    };
    for (const folder of ["pki", "kept", "objects"]) fs.mkdirSync(this.at(folder));
    fs.writeFileSync(this.at("pki", "ca.crt"), issuer.authority("ca"));
    pair("kubelet", "/O=system:nodes/CN=system:node:w", "clientAuth");
    pair("api", "/CN=kube-apiserver", "serverAuth", "IP:10.106.1.250");
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

/** An API server that knows objects of kube-public: which, files say. Like the real one it gives metadata alone to whoever asks for that. */
const API = `import http.server, json, os, ssl, sys
folder = sys.argv[1]
class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        who = dict(each[0] for each in self.connection.getpeercert()["subject"])["commonName"]
        name = self.path.rpartition("/")[2]
        alone = "PartialObjectMetadata" in self.headers["Accept"]
        with open(os.path.join(folder, "asked"), "a") as log:
            log.write("%s %s %s\\n" % (self.path.replace("/api/v1/namespaces/kube-public/configmaps/", ""), "metadata" if alone else "all", who))
        at = os.path.join(folder, "objects", name)
        at = at if os.path.exists(at) else at.partition("?")[0]
        body = open(at).read() if os.path.exists(at) else "404"
        status = int(body) if body.isdigit() else 200
        if status == 200 and alone and body.endswith("}}"):
            body = json.dumps({"kind": "PartialObjectMetadata", "metadata": json.loads(body)["metadata"]})
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("10.106.1.250", 6443), Answer)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder + "/pki/api.crt", folder + "/pki/api.key")
context.load_verify_locations(folder + "/pki/ca.crt")
context.verify_mode = ssl.CERT_REQUIRED
server.socket = context.wrap_socket(server.socket, server_side=True)
open(folder + "/ready", "w").close()
server.serve_forever()`;
