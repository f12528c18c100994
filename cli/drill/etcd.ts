import { ChildProcess, execFileSync, spawn } from "node:child_process";
import * as net from "node:net";
import * as path from "node:path";

/** How long a scratch etcd may take until it answers, in milliseconds. */
const STARTS = 60_000;
const PAUSE = 250;
const PAGE = 10_000;

/** The programs of etcd, each by its path. */
export interface Programs {
  etcd: string;
  etcdutl: string;
}

/** Makes a scratch member's data of a snapshot, which is checked by its own digest. @throws Error with etcdutl's words when it is damaged */
export function restore({ etcdutl }: Programs, snapshot: string, folder: string): string {
  const data = path.join(folder, "data");
  execFileSync(etcdutl, ["snapshot", "restore", snapshot, "--data-dir", data], { stdio: "pipe" });
  return data;
}

/** All keys of a scratch member that runs for as long as that takes, on this machine alone. */
export async function keysOf({ etcd }: Programs, data: string): Promise<string[]> {
  const [client, peer] = await Promise.all([freeUrl(), freeUrl()]);
  const urls = ["--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer];
  const member = spawn(etcd, ["--data-dir", data, ...urls, "--log-level", "error"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    await started(member, client);
    const keys: string[] = [];
    for (let from = "\0"; ; from = `${keys.at(-1)!}\0`) {
      const found = await page(client, from);
      keys.push(...found);
      if (found.length < PAGE) return keys;
    }
  } finally {
    member.kill("SIGKILL");
  }
}

async function started(member: ChildProcess, client: string): Promise<void> {
  for (const end = Date.now() + STARTS; Date.now() < end;) {
    if (member.exitCode !== null) throw new Error(`The scratch etcd ended with ${member.exitCode}`);
    const answer = await fetch(`${client}/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  throw new Error(`The scratch etcd did not answer within ${STARTS / 1000} s`);
}

async function page(client: string, from: string): Promise<string[]> {
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  const range = { key: encoded(from), range_end: encoded("\0"), keys_only: true, limit: PAGE };
  const answer = await fetch(`${client}/v3/kv/range`, { method: "POST", body: JSON.stringify(range) });
  const { kvs = [] } = (await answer.json()) as { kvs?: { key: string }[] };
  return kvs.map(({ key }) => Buffer.from(key, "base64").toString());
}

/** A port of the loopback address that nobody listens on now. */
const freeUrl = () =>
  new Promise<string>((resolve, reject) => {
    const server = net.createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(`http://127.0.0.1:${port}`));
    });
  });
