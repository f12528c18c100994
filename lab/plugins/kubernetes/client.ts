import * as https from "node:https";
import { Props } from "../protocol/values";
import { Access } from "./kubeconfig";

export interface Reply {
  status: number;
  body: Props;
}

/** A cluster's API. Answers of 400 and more are returned, not thrown. */
export interface Client {
  request(method: string, path: string, query?: Record<string, string>, body?: unknown, type?: string): Promise<Reply>;
}

const TIMEOUT = 60_000;

/** Asks over HTTPS with the kubeconfig's own credentials. @throws Error where no answer comes within a minute */
export const clientOf = ({ server, ca, cert, key, token }: Access): Client => ({
  request: (method, path, query = {}, body, type = "application/json") => {
    const url = new URL(server.replace(/\/+$/, "") + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      Accept: "application/json",
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(payload ? { "Content-Type": type, "Content-Length": String(Buffer.byteLength(payload)) } : {}),
    };
    return new Promise((resolve, reject) => {
      const sent = https.request(url, { method, headers, ca, cert, key, timeout: TIMEOUT }, (received) => {
        const chunks: Buffer[] = [];
        received.on("data", (chunk: Buffer) => chunks.push(chunk));
        received.on("error", reject);
        received.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: received.statusCode ?? 0, body: parsed(text) });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`)));
      sent.on("error", ({ message, code }: NodeJS.ErrnoException) =>
        reject(new Error(`${method} ${url.origin}${path}: ${message || code}`)),
      );
      sent.end(payload);
    });
  },
});

function parsed(text: string): Props {
  try {
    return JSON.parse(text) as Props;
  } catch {
    return { message: text };
  }
}
