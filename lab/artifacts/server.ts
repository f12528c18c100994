import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { pipeline } from "node:stream";
import { sha256 } from "./cache";

/**
 * Serves a folder that `index.ts` laid out: files by their upstream URL, and images by the paths of the distribution API, so
 * that only the headers differ. Run as `server.ts <folder> <address> <port>`.
 */
const [folder = "", address = "", port = ""] = process.argv.slice(2);

/** What a registry's client wants to know besides the content. */
function registryHeaders(url: string, file: string): Record<string, string> {
  const version = { "Docker-Distribution-Api-Version": "registry/2.0" };
  const [, kind, reference] = /^\/v2\/.+\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
  if (kind === "manifests") {
    const manifest = fs.readFileSync(file, "utf8");
    const { mediaType } = JSON.parse(manifest) as { mediaType: string };
    return { ...version, "Content-Type": mediaType, "Docker-Content-Digest": `sha256:${sha256(manifest)}` };
  }
  return kind ? { ...version, "Docker-Content-Digest": reference! } : version;
}

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://mirror").pathname; // also resolves every ..
  const head = request.method === "HEAD";
  if (!head && request.method !== "GET") return void response.writeHead(405, { Allow: "GET, HEAD" }).end();
  const registry = url.startsWith("/v2/");
  if (url === "/v2/") return void response.writeHead(200, registryHeaders(url, "")).end();
  const file = path.join(folder, decodeURIComponent(url));
  const size = fs.statSync(file, { throwIfNoEntry: false });
  if (!size?.isFile()) return void response.writeHead(404, { "Content-Type": "text/plain" }).end("not found\n");
  response.writeHead(200, {
    "Content-Type": "application/octet-stream",
    "Content-Length": size.size,
    ...(registry ? registryHeaders(url, file) : {}),
  });
  if (head) response.end();
  else pipeline(fs.createReadStream(file), response, () => undefined); // a client that leaves is its own business
}

http
  .createServer((request, response) => {
    const start = Date.now();
    response.on("close", () => {
      const { remoteAddress = "" } = request.socket;
      const status = `${response.statusCode}${response.writableFinished ? "" : " aborted"}`;
      console.log(
        new Date().toISOString(),
        remoteAddress,
        request.method,
        request.url,
        status,
        `${Date.now() - start}ms`,
      );
    });
    try {
      answer(request, response);
    } catch (error) {
      console.log(error);
      response.writeHead(400).end(); // a malformed URL
    }
  })
  .listen(Number(port), address);
