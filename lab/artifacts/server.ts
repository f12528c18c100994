import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { pipeline } from "node:stream";
import { sha256 } from "../build/cache";

/**
 * Serves a folder that `index.ts` laid out: files by their upstream URL, and images by the paths of the distribution API, so
 * that only the headers differ. Run as `server.ts <folder> <address> <port>`.
 */
const [folder = "", address = "", port = ""] = process.argv.slice(2);

/** What a registry's client wants to know besides the content. */
function registryHeaders(url: string, file: string): Record<string, string> {
  const [, kind, reference] = /^\/v2\/.+\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
  if (kind === "manifests") {
    const manifest = fs.readFileSync(file, "utf8");
    const { mediaType } = JSON.parse(manifest) as { mediaType: string };
    return { "Content-Type": mediaType, "Docker-Content-Digest": `sha256:${sha256(manifest)}` };
  }
  return kind ? { "Docker-Content-Digest": reference! } : {};
}

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://mirror").pathname; // also resolves every ..
  const head = request.method === "HEAD";
  if (!head && request.method !== "GET") return void response.writeHead(405, { Allow: "GET, HEAD" }).end();
  if (url === "/v2/") return void response.end();
  const file = path.join(folder, url);
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile())
    return void response.writeHead(404, { "Content-Type": "text/plain" }).end("not found\n");
  const packed = `${file}.gz`;
  const encoded = request.headers["accept-encoding"] === "gzip" && fs.existsSync(packed);
  const sent = encoded ? packed : file;
  response.writeHead(200, {
    "Content-Type": "application/octet-stream",
    "Content-Length": fs.statSync(sent).size,
    ...(encoded ? { "Content-Encoding": "gzip" } : {}),
    ...registryHeaders(url, file),
  });
  if (head) response.end();
  else pipeline(fs.createReadStream(sent), response, () => undefined); // a client that leaves is its own business
}

http
  .createServer((request, response) => {
    const start = Date.now();
    const { remoteAddress = "" } = request.socket; // unknown once the connection is closed
    response.on("close", () => {
      const status = `${response.statusCode}${response.writableEnded ? "" : " aborted"}`;
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
      console.log(error instanceof Error ? error.message : error);
      response.writeHead(400).end(); // a malformed URL
    }
  })
  .listen(Number(port), address);
