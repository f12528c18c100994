import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { runDir } from "../paths";
import { pidOf, progress, start, waitFor } from "../shell";
import { call } from "./api";
import { host } from "./configs";
import { serviceEnv, services } from "./services";

/** Starts a service of the table unless it runs. */
export function startService(name: string): boolean {
  const { command, env } = services[name]!;
  return start(name, command, { ...serviceEnv, ...env });
}

/** Waits for services. One that ends is started once more, as an operator's systemd would; one that ends again is not waited for in vain. */
export async function waitForAnswer(...names: string[]): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      const settled = () =>
        waitFor(name, async () => (await answers(name)) || !pidOf(name), 300_000, 500).then(() => pidOf(name));
      if (await settled()) return;
      progress(`${name} has ended, and is started once more: see .lab/log/${name}.log`);
      startService(name);
      if (!(await settled())) throw new Error(`${name} has ended twice: see .lab/log/${name}.log`);
    }),
  );
}

/**
 * Does what may be repeated once services answer, until it succeeds, for a minute: a service answers before all that it asks itself does.
 * @throws Error with the last failure
 */
export async function persist(what: string, asked: readonly string[], step: () => Promise<void>): Promise<void> {
  await waitForAnswer(...asked);
  const shown = (error: Error) => {
    progress(`${what}, which is tried again: ${error.message}`);
    throw error;
  };
  await waitFor(what, () => step().then(() => true, shown), 60_000, 2_000);
}

/** Whether a service does its work now. Another program on its port does not count. */
export async function answers(name: string): Promise<boolean> {
  const { probe, command } = services[name]!;
  const pid = pidOf(name);
  if (!pid) return false;
  try {
    if (probe === "process") return true;
    if (probe === "heartbeat") return isFresh(name, await lastHeartbeat(command[0]!));
    if ("port" in probe) return await connects({ port: probe.port, host: probe.address ?? "127.0.0.1" });
    if ("socket" in probe)
      return await connects({ path: typeof probe.socket === "string" ? probe.socket : probe.socket(pid) });
    const url = `http://${probe.address ?? "127.0.0.1"}:${probe.http}/`;
    const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
    return response.status < 500;
  } catch {
    return false;
  }
}

async function lastHeartbeat(binary: string): Promise<string | null | undefined> {
  type Services = Record<"services", { updated_at: string | null }[]>;
  return (await call<Services>("GET", "compute", `/os-services?host=${host}&binary=${binary}`)).services[0]?.updated_at;
}

/** A heartbeat counts for as long as Nova believes in it, and only if it came from the present process. */
function isFresh(name: string, heartbeat?: string | null): boolean {
  if (!heartbeat) return false;
  const time = Date.parse(`${heartbeat.replace(" ", "T").slice(0, 19)}Z`) + 999;
  return time > fs.statSync(path.join(runDir, `${name}.pid`)).mtimeMs && time > Date.now() - 75_000;
}

function connects(address: net.NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(address);
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(2000, () => end(false));
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}
