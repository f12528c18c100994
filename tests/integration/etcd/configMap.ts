import * as fs from "node:fs";
import * as https from "node:https";
import { EtcdNode } from "./nodes";

/**
 * The API server of one node, as far as scripts of etcd ask it: two ConfigMaps and one Secret, if they are there, and whether
 * it is ready.
 */
export class ConfigMap {
  data: Record<string, string> | undefined;
  /** What the Secret has, in base64. */
  secret: Record<string, string> | undefined;
  ready = true;
  /** Whether it answers every question with 500. */
  broken = false;
  /** What the ConfigMap hostroute-hand-over has; undefined: there is none. */
  handOver: Record<string, string> | undefined;
  /** How each PATCH came. */
  readonly patches: (string | undefined)[] = [];
  private readonly server: https.Server;

  constructor(private readonly node: EtcdNode) {
    const pki = (file: string) => fs.readFileSync(node.path(`pki/${file}`));
    const tls = { ca: pki("ca.crt"), cert: pki("apiserver.crt"), key: pki("apiserver.key") };
    this.server = https.createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, answer) => {
      let text = "";
      request.on("data", (data: Buffer) => (text += data.toString()));
      request.on("end", () => {
        if (this.broken) {
          answer.writeHead(500).end("etcd failed");
          return;
        }
        if (request.url === "/api/v1/namespaces/kube-system/secrets/hostroute-etcd-snapshots") {
          answer.statusCode = this.secret ? 200 : 404;
          answer.end(JSON.stringify(this.secret ? { data: this.secret } : { message: "not found" }));
          return;
        }
        if (request.url === "/readyz") {
          answer.statusCode = this.ready ? 200 : 500;
          answer.end(this.ready ? "ok" : "[-]etcd failed");
          return;
        }
        if (request.url === "/version") {
          answer.end(JSON.stringify({ gitVersion: "v1.34.1" }));
          return;
        }
        if (request.url === "/api/v1/namespaces/kube-system/configmaps/hostroute-hand-over") {
          const { data = {} } = (text === "" ? {} : JSON.parse(text)) as { data?: Record<string, string> };
          if (this.handOver && request.method === "PATCH") Object.assign(this.handOver, data);
          answer.statusCode = this.handOver ? 200 : 404;
          answer.end(JSON.stringify(this.handOver ? { data: this.handOver } : { message: "not found" }));
          return;
        }
        const right = request.url === "/api/v1/namespaces/kube-system/configmaps/hostroute-etcd";
        if (request.method === "PATCH" && right) this.patch(request.headers["content-type"], text);
        answer.statusCode = right && this.data ? 200 : 404;
        answer.end(JSON.stringify(right && this.data ? { data: this.data } : { message: "not found" }));
      });
    });
  }

  private patch(type: string | undefined, text: string): void {
    this.patches.push(type);
    const { data } = JSON.parse(text) as { data: Record<string, string | null> };
    const merged = Object.entries({ ...this.data, ...data }).filter(
      (each): each is [string, string] => each[1] !== null,
    );
    this.data = Object.fromEntries(merged);
  }

  start = () => new Promise<void>((resolve) => this.server.listen(6443, this.node.address, resolve));

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
