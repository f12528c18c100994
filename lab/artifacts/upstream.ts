import * as fs from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { once, sha256OfFile } from "../build/cache";
import { cacheDir } from "../paths";

/** A file of an upstream site, by its URL without scheme, and what it has to be. */
export interface Pinned {
  file: string;
  sha256: string;
}

/** Where upstream sites are: `https://`, or a stand-in for all of them. */
export const UPSTREAM = "https://";

/** Milliseconds until a site has to begin its answer, and in which the whole of a file has to come. */
const PATIENCE = { answer: 10_000, file: 300_000 };

/** Where a file is once it was downloaded: named by its content, so what is there is right. */
export const fileOf = ({ sha256 }: Pinned) => path.join(cacheDir, "upstream", sha256);

/** Downloads files unless the cache has them, one after the other. @throws Error with what a site did instead of sending the pinned file */
export async function download(files: readonly Pinned[], sites = UPSTREAM): Promise<void> {
  for (const pinned of files)
    await once(fileOf(pinned), async (temporary) => {
      const [host] = pinned.file.split("/");
      await fetchInto(`${sites}${pinned.file}`, temporary).catch((error: unknown) => {
        throw new Error(`${host} ${reasonOf(error)}`);
      });
      const found = await sha256OfFile(temporary);
      if (found !== pinned.sha256) throw new Error(`${host} sends ${pinned.file} with the SHA-256 ${found}`);
      fs.chmodSync(temporary, 0o755); // programs, and archives that do not care
    });
}

async function fetchInto(url: string, target: string): Promise<void> {
  const abort = new AbortController();
  const impatient = setTimeout(() => abort.abort(new Error("does not answer")), PATIENCE.answer);
  const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(PATIENCE.file)]);
  const response = await fetch(url, { signal }).finally(() => clearTimeout(impatient));
  if (!response.ok || !response.body) throw new Error(`answers ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), fs.createWriteStream(target));
}

/** What a site did. fetch itself says only "fetch failed", and has the reason in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  return cause?.message ? `cannot be reached (${cause.message})` : (message ?? String(error));
}
