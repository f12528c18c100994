import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

const ROOT = "/v1/AUTH_project/backup/";
const KEY = "the account's key";

/** What becomes of a request: an answer before its body is read, a byte of it lost, a connection cut half-way, or no answer at all. */
export type Fault = 403 | 503 | 507 | "damaged" | "cut" | "silent";

interface Stored {
  content: Buffer;
  /** Unix time. */
  deleted: number;
}

/** Swift, as far as temporary URLs of a prefix go: swift/common/middleware/tempurl.py, written down anew. */
export class ObjectStore {
  readonly key = KEY;
  /** By name, in order of their first PUT. */
  readonly objects = new Map<string, Stored>();
  /** What was asked, and answered. */
  readonly log: string[] = [];
  /** How many seconds the store is ahead. */
  ahead = 0;
  fault: (method: string, name: string) => Fault | undefined = () => undefined;
  /** Called for each request that gets no answer. */
  onSilence: () => void = () => undefined;
  private readonly server = http.createServer((request, answer) => this.handle(request, answer));

  start = () => new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  get storageUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/AUTH_project`;
  }

  now = () => Math.floor(Date.now() / 1000) + this.ahead;

  /** The names of what it has now. */
  get names(): string[] {
    return [...this.objects].filter(([, { deleted }]) => deleted > this.now()).map(([name]) => name);
  }

  read = (name: string) => this.objects.get(name)!.content;
  put = (name: string, content: Buffer | string) =>
    this.objects.set(name, { content: Buffer.from(content), deleted: this.now() + 1_000 });

  private handle(request: http.IncomingMessage, answer: http.ServerResponse): void {
    const url = new URL(request.url!, "http://localhost");
    const name = decodeURIComponent(url.pathname).replace(ROOT, "");
    const method = request.method!;
    const end = (status: number, content?: Buffer) => {
      this.log.push(`${method} ${name} ${status}`);
      answer.writeHead(status, { "content-length": content?.length ?? 0 }).end(content);
    };
    const fault = this.fault(method, name);
    if (fault === "silent") this.onSilence();
    else if (typeof fault === "number") end(fault);
    else if (!url.pathname.startsWith(ROOT) || !this.allows(method, name, url.searchParams)) end(401);
    else if (method === "PUT") this.receive(request, name, end, fault);
    else {
      const found = this.names.includes(name) ? this.read(name) : undefined;
      if (!found || fault !== "cut") end(found ? 200 : 404, found);
      else
        answer
          .writeHead(200, { "content-length": found.length })
          .write(found.subarray(0, found.length / 2), () => answer.destroy());
    }
  }

  private allows(method: string, name: string, query: URLSearchParams): boolean {
    const [signature, expires, prefix] = ["sig", "expires", "prefix"].map((each) => query.get(`temp_url_${each}`));
    if (!/^[0-9a-f]{64}$/.test(signature ?? "") || !prefix || !name.startsWith(prefix) || name === prefix) return false;
    const signed = `${method}\n${expires}\nprefix:${ROOT}${prefix}`;
    const right = createHmac("sha256", KEY).update(signed).digest();
    return Number(expires) > this.now() && timingSafeEqual(right, Buffer.from(signature!, "hex"));
  }

  private receive(
    request: http.IncomingMessage,
    name: string,
    end: (status: number) => void,
    fault: Fault | undefined,
  ): void {
    const { etag, "content-length": length, "x-delete-after": after } = request.headers;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (fault === "cut") request.destroy();
    });
    request.on("error", () => this.log.push(`PUT ${name} cut`));
    request.on("end", () => {
      const content = Buffer.concat(chunks);
      if (fault === "damaged") content[content.length / 2]! ^= 1;
      // Without one, a snapshot would stay for ever, and without the other the store could not see damage.
      if (!/^[1-9]\d*$/.test(String(after)) || etag === undefined || content.length !== Number(length)) end(400);
      else if (createHash("md5").update(content).digest("hex") !== etag) end(422);
      else {
        this.objects.set(name, { content, deleted: this.now() + Number(after) });
        end(201);
      }
    });
  }
}
