import { execFile, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { logDir, runDir } from "./paths";

/** When the command began. */
export const started = Date.now();

/** One line of progress, stamped with the seconds since the command began. */
export function progress(message: string): void {
  process.stderr.write(`[${((Date.now() - started) / 1000).toFixed(1).padStart(6)}s] ${message}\n`);
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  input?: string;
  cwd?: string;
  /** Milliseconds after which the command is killed; ten minutes unless told. */
  timeout?: number;
  /** Append stdout and stderr to `<logDir>/<log>.log` as well. */
  log?: string;
}

/** Runs a program to its end and returns its standard output. @throws Error with the command and the tail of its output. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      {
        env: options.env,
        cwd: options.cwd,
        timeout: options.timeout ?? 600_000,
        maxBuffer: 64 << 20,
        encoding: "utf8",
      },
      (error, stdout, stderr) => {
        if (options.log) {
          fs.mkdirSync(logDir, { recursive: true });
          fs.appendFileSync(path.join(logDir, `${options.log}.log`), stdout + stderr);
        }
        if (!error) return resolve(stdout);
        const tail = `${stdout}\n${stderr}`.trim().split("\n").slice(-40).join("\n");
        reject(new Error(`${program} ${args.join(" ")}: ${error.message.split("\n")[0]}\n${tail}`));
      },
    );
    child.stdin?.on("error", () => undefined); // a program that ends without reading its input: its exit status decides
    child.stdin?.end(options.input ?? "");
  });
}

const pidFile = (name: string) => path.join(runDir, `${name}.pid`);

/** The pid of a service that `start` started and that still runs, else undefined. */
export function pidOf(name: string): number | undefined {
  try {
    const [pid, startTime] = fs.readFileSync(pidFile(name), "utf8").split(" ");
    return pid && bootTimeOf(Number(pid)) === startTime ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/** A pid is used again after its process ended; together with the start time (field 22 of stat) it names one process. */
function bootTimeOf(pid: number): string | undefined {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? undefined : fields[19];
}

/** Readers see the old file or the new one, never an empty one. */
function writePid(name: string, pid: number): void {
  fs.writeFileSync(`${pidFile(name)}.new`, `${pid} ${bootTimeOf(pid)}`);
  fs.renameSync(`${pidFile(name)}.new`, pidFile(name));
}

/** Starts a service in the background unless it runs, with its own log and pid file. Returns whether it had to be started. */
export function start(name: string, command: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
  if (pidOf(name)) return false;
  fs.mkdirSync(logDir, { recursive: true });
  fs.mkdirSync(runDir, { recursive: true });
  const log = fs.openSync(path.join(logDir, `${name}.log`), "a");
  // The child writes its pid file itself before it becomes the service: a kill of this process leaves none without.
  const script = `printf '%s %s' $$ "$(cut -d' ' -f22 /proc/$$/stat)" >"$0.$$" && mv "$0.$$" "$0"; exec "$@"`;
  const child = spawn("sh", ["-c", script, pidFile(name), ...command], {
    detached: true,
    stdio: ["ignore", log, log],
    env,
  });
  fs.closeSync(log);
  child.on("error", (error) => progress(`${name} did not start: ${error.message}`));
  if (child.pid === undefined) throw new Error(`${name} did not start: ${command.join(" ")}`);
  writePid(name, child.pid);
  child.unref();
  return true;
}

/** Makes this process the holder of a name until `release`. @throws Error while another process holds it. */
export function claim(name: string): void {
  const holder = pidOf(name);
  if (holder && holder !== process.pid) throw new Error(`Another "${name}" is running: process ${holder}`);
  fs.mkdirSync(runDir, { recursive: true });
  writePid(name, process.pid);
}

/** Gives up a name that this process claimed. */
export function release(name: string): void {
  fs.rmSync(pidFile(name), { force: true });
}

/** Ends a service and its process group: TERM, then KILL after `grace` milliseconds. */
export async function stop(name: string, grace = 10_000): Promise<void> {
  const pid = pidOf(name);
  if (pid) {
    signal(-pid, "SIGTERM");
    await waitFor(`${name} to end`, () => !pidOf(name), grace).catch(() => undefined);
    // Who starts it anew needs its port: that is free once the last of its processes has gone. Without patience nobody does.
    const killed = () => !signal(-pid, "SIGKILL");
    if (!killed())
      await waitFor(`${name}'s processes to go`, killed, Math.min(grace, 5_000), 50).catch(() => undefined);
  }
  fs.rmSync(pidFile(name), { force: true });
}

/** @returns whether there was anybody to get it */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false; // already gone
  }
}

/** Polls until `probe` gives something truthy. @throws Error after `timeout` milliseconds, naming what was waited for. */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  timeout = 60_000,
  interval = 200,
): Promise<NonNullable<T>> {
  const end = Date.now() + timeout;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
  throw new Error(`Waited ${timeout / 1000} s for ${what}${last instanceof Error ? `: ${last.message}` : ""}`);
}
