import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { tempUrl } from "../../../components/backup/tempUrl";
import { base64, built, ETCD, EtcdNode, EtcdNodes, FILES } from "./nodes";
import { ObjectStore } from "./objectStore";

/** What the scripts call, by name. */
export const TOOLS = { etcd: ETCD, etcdctl: built("etcdctl"), etcdutl: built("etcdutl") };
export const KEEP = 86_400;

/** What `latest` says. */
export interface Latest {
  name: string;
  time: string;
  sha256: string;
  size: number;
  revision: number;
  keys: number;
  etcd: string;
  kubernetes: string;
}

/** Nodes of etcd with a store for its snapshots, and what runs on them for those. */
export class Snapshots {
  readonly store = new ObjectStore();
  /** First in the scripts' PATH. */
  private readonly bin: string;

  constructor(readonly nodes: EtcdNodes) {
    this.bin = path.join(nodes.folder, "bin");
    fs.mkdirSync(this.bin);
    for (const tool of Object.keys(TOOLS) as (keyof typeof TOOLS)[]) this.mend(tool);
  }

  private get path(): string {
    return `${this.bin}:${process.env.PATH}`;
  }

  /** Has a shell script in a tool's place; `$real` is the tool. */
  break(tool: keyof typeof TOOLS, script: string): void {
    fs.rmSync(path.join(this.bin, tool), { force: true });
    fs.writeFileSync(path.join(this.bin, tool), `#!/bin/bash\nreal=${TOOLS[tool]}\n${script}\n`, { mode: 0o755 });
  }

  mend(tool: keyof typeof TOOLS): void {
    fs.rmSync(path.join(this.bin, tool), { force: true });
    fs.symlinkSync(TOOLS[tool], path.join(this.bin, tool));
  }

  url(method: "GET" | "PUT", more = {}): string {
    const { storageUrl, key } = this.store;
    const expires = Math.floor(Date.now() / 1000) + 3_600;
    return tempUrl({ storageUrl, container: "backup", prefix: "prod/", method, key, expires, ...more });
  }

  /** The folder in which a node makes its snapshots. */
  folder = (node: EtcdNode) => node.path("snapshot");
  /** What a run has left there, besides what the next one is to know. */
  left = (node: EtcdNode) => {
    const known = ["lock", "store.json", "due.json"];
    return (fs.readdirSync(this.folder(node), { recursive: true }) as string[]).filter((file) => !known.includes(file));
  };

  /** What the stack says of the store, as a node has it while the API is away. Here one is always due. */
  told(node: EtcdNode, more = {}): void {
    const store = {
      put: this.url("PUT"),
      get: this.url("GET"),
      keep: `${KEEP}`,
      interval: "0",
      kubernetes: "1.36.3",
      ...more,
    };
    fs.mkdirSync(this.folder(node), { recursive: true });
    fs.writeFileSync(path.join(this.folder(node), "store.json"), JSON.stringify(store));
    fs.rmSync(path.join(this.folder(node), "due.json"), { force: true });
  }

  /** Starts etcd-hand-over.py as its unit does, with a systemctl that only notes what it is told. */
  handsOver(node: EtcdNode, ...args: string[]) {
    fs.writeFileSync(node.path("instance-id"), "s0\n");
    fs.writeFileSync(path.join(this.bin, "systemctl"), `#!/bin/sh\necho "$@" >>${node.path("systemctl")}\n`, {
      mode: 0o755,
    });
    return this.runs("etcd-hand-over.py", node, args, [], {
      HOSTROUTE_HANDED_OVER: node.path("handed-over"),
      HOSTROUTE_INSTANCE_ID: node.path("instance-id"),
    });
  }

  /** Starts etcd-snapshot.py as its unit does. `around`: what starts it. @returns its process, and how it ends: code or signal, and what it said */
  starts = (node: EtcdNode, args: readonly string[] = [], around: readonly string[] = []) =>
    this.runs("etcd-snapshot.py", node, args, around, { HOSTROUTE_HANDED_OVER: node.path("handed-over") });

  private runs(script: string, node: EtcdNode, args: readonly string[], around: readonly string[], environment = {}) {
    const config = { folder: this.folder(node) };
    const file = node.path("snapshots.json");
    fs.writeFileSync(file, JSON.stringify({ ...config, flags: node.flags(this.nodes.all) }));
    const [program, ...more] = [...around, "python3", "-B", path.join(FILES, script), file, ...args];
    const env = { ...process.env, PATH: this.path, ...environment };
    const child = spawn(program!, more, { env, detached: true });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    const ended = new Promise<[end: number | string | null, said: string]>((resolve) =>
      child.on("close", (code, signal) => resolve([code ?? signal, said])),
    );
    return { child, ended };
  }

  take(node: EtcdNode, args: readonly string[] = [], around: readonly string[] = []) {
    this.told(node);
    return this.starts(node, args, around).ended;
  }

  get latest(): Latest {
    return JSON.parse(this.store.read("prod/latest").toString()) as Latest;
  }

  /** Has a node begin with a snapshot, tried again a second after each failure. */
  restores(node: EtcdNode, from = "latest", url = this.url("GET"), more = {}): void {
    const script = path.join(FILES, "etcd-restore.py");
    const impatient = path.join(FILES, "etcd-restore-impatient.py");
    const text = fs.readFileSync(script, "utf8").replace("PAUSE = 30", "PAUSE = 1");
    if (!text.includes("PAUSE = 1\n")) throw new Error("etcd-restore.py has another pause");
    fs.writeFileSync(impatient, text, { mode: 0o755 });
    node.program = impatient;
    node.env = { ...process.env, PATH: this.path, RESTORE_FROM: from, RESTORE_GET: url, ...more };
  }
}

/** Writes keys; some of a megabyte, so that a snapshot does not fit into what a socket takes at once. */
export async function fill(node: EtcdNode, count: number, big = 0): Promise<void> {
  for (let i = 0; i < count; i++) {
    const value = base64(i < big ? "x".repeat(1 << 20) : `value ${i}`);
    if (!(await node.ask("kv/put", { key: base64(`key ${i}`), value }))) throw new Error(`key ${i} was not written`);
  }
}

/** How many of those keys a member has. */
export async function keys(node: EtcdNode): Promise<number> {
  const range = { key: base64("key "), range_end: base64("key!"), count_only: true };
  return Number((await node.ask("kv/range", range))?.count ?? 0);
}
