import * as fs from "node:fs";
import * as path from "node:path";
import { cacheDir } from "./paths";
import { progress } from "./shell";

const file = () => path.join(cacheDir, "durations.json");

/** How long steps took when they were last done on this machine, in seconds by name. */
function durations(): Record<string, number> {
  return fs.existsSync(file()) ? (JSON.parse(fs.readFileSync(file(), "utf8")) as Record<string, number>) : {};
}

/** Does something that takes a while, usually once for each machine: says so, how long it took last time, and how long it has taken. */
export async function longStep<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = durations()[name];
  progress(`${name}${before === undefined ? "" : ` (${before} s last time)`}`);
  const start = Date.now();
  const result = await work();
  const seconds = Math.round((Date.now() - start) / 1000);
  fs.mkdirSync(cacheDir, { recursive: true });
  fs.writeFileSync(`${file()}.new`, JSON.stringify({ ...durations(), [name]: seconds }, undefined, 1));
  fs.renameSync(`${file()}.new`, file());
  progress(`${name}: done, ${seconds} s`);
  return result;
}
