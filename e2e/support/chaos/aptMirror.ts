import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { publicNetwork } from "../../../lab/openstack";
import { stateDir } from "../../../lab/paths";
import { run } from "../../../lab/shell";

const PORT = 8081;
const FOLDER = path.join(stateDir, "chaos-apt");
/** An entry of sources.list: a mirror of one package, which nobody signs. */
export const aptSource = `deb [trusted=yes] http://${publicNetwork.gateway}:${PORT}/ ./`;

/** A mirror of Debian's that has one package. The lab has none: its image comes with every package that a node needs. */
export interface AptMirror {
  /** Serves from now on. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export async function aptMirror(name: string): Promise<AptMirror> {
  fs.rmSync(FOLDER, { recursive: true, force: true });
  fs.mkdirSync(FOLDER, { recursive: true });
  await run("apt-get", ["-q", "-o", "APT::Sandbox::User=root", "download", name], { cwd: FOLDER });
  const [file] = fs.readdirSync(FOLDER);
  const content = fs.readFileSync(path.join(FOLDER, file!));
  const control = (await run("dpkg-deb", ["--field", path.join(FOLDER, file!)])).trim();
  const sha256 = crypto.createHash("sha256").update(content).digest("hex");
  // A colon of the version's epoch is escaped in the file's name, and would be read as an escape in a URL.
  const about = `${control}\nFilename: ./package.deb\nSize: ${content.length}\nSHA256: ${sha256}\n`;
  const served: Record<string, Buffer | string> = { "/Packages": about, "/package.deb": content };
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://mirror").pathname;
    const body = served[url];
    response.writeHead(body === undefined ? 404 : 200);
    response.end(request.method === "HEAD" ? undefined : body);
  });
  return {
    open: () =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(PORT, publicNetwork.gateway, resolve);
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
