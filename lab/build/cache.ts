import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** What this process is making just now, by target: whoever wants it, too, waits for it. */
const making = new Map<string, Promise<string>>();

/**
 * Makes a file or folder of the cache unless it is there: under a name of this process, and renamed when complete. A killed
 * build leaves nothing that looks finished, and two builds at a time do not meet.
 */
export function once(target: string, make: (temporary: string) => Promise<void>): Promise<string> {
  const made = making.get(target) ?? makeOnce(target, make).finally(() => making.delete(target));
  making.set(target, made);
  return made;
}

async function makeOnce(target: string, make: (temporary: string) => Promise<void>): Promise<string> {
  if (fs.existsSync(target)) return target;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  removeAbandoned(target);
  const temporary = `${target}.${process.pid}`;
  try {
    await make(temporary);
    // Another process may have been faster; a folder cannot be renamed over its result.
    if (!fs.existsSync(target)) fs.renameSync(temporary, target);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  return target;
}

/** Removes what killed builds of a target left. */
function removeAbandoned(target: string): void {
  for (const name of fs.readdirSync(path.dirname(target))) {
    const pid = name.startsWith(`${path.basename(target)}.`) && /\.(\d+)$/.exec(name)?.[1];
    if (pid && !fs.existsSync(`/proc/${pid}`)) fs.rmSync(path.join(path.dirname(target), name), { recursive: true });
  }
}

/** Every file below a folder, sorted: the order of a digest. */
export function filesBelow(folder: string): string[] {
  const entries = fs.readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => path.join(entry.parentPath, entry.name)).sort();
}

export const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** A short name for what plain values and the contents of files decide. */
export function digestOf(values: unknown, files: readonly string[]): string {
  const contents = files.map((file) => [path.basename(file), sha256(fs.readFileSync(file))]);
  return sha256(JSON.stringify([values, contents])).slice(0, 16);
}
