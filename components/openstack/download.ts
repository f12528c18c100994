import * as fs from "node:fs";
import { pipeline } from "node:stream/promises";
import { request } from "undici";
import { dispatcherFor, Trust } from "./request";

/** For a whole file, however large: in milliseconds. */
const TIMEOUT = 1_800_000;

/** Writes what is at a URL into a new file. @throws Error unless all of it has come */
export async function download(
  trust: Trust,
  url: string,
  headers: Record<string, string>,
  file: string,
): Promise<void> {
  const dispatcher = dispatcherFor(trust, url);
  try {
    const { statusCode, body } = await request(url, { headers, signal: AbortSignal.timeout(TIMEOUT), dispatcher });
    if (statusCode !== 200) throw new Error(`GET ${url}: ${statusCode} ${(await body.text()).slice(0, 200)}`);
    await pipeline(body, fs.createWriteStream(file, { flags: "wx", mode: 0o600 }));
  } finally {
    await dispatcher.destroy();
  }
}
