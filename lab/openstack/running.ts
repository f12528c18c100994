import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { runDir } from "../paths";
import { pidOf, start, waitFor } from "../shell";
import { call } from "./api";
import { host } from "./configs";
import { serviceEnv, services } from "./services";

/** Starts a service of the table unless it runs. */
export function startService(name: string): boolean {
  const { command, env } = services[name]!;
  return start(name, command, { ...serviceEnv, ...env });
}

/** Waits for services, and says which one has ended instead of waiting for it in vain. */
export async function waitForAnswer(...names: string[]): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      await waitFor(name, async () => (await answers(name)) || !pidOf(name), 300_000, 500);
      if (!pidOf(name)) throw new Error(`${name} has ended: see .lab/log/${name}.log`);
    }),
  );
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
