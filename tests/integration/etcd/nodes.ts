import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";
import { renderFlags } from "../../../components/kubernetes/flags/render";
import { FlagValues } from "../../../components/kubernetes/flags/types";
import { programs } from "../../../lab/artifacts/content";
import { binaryOf } from "../../../lab/build/golang";
import { scriptFolder } from "../../cloudinit/scripts";
import { documentedValues, specOf } from "../../fixtures";
import { canIssue, Issuer } from "../issuer";

export const FILES = scriptFolder();
const SCRIPT = path.join(FILES, "etcd-member.py");
/** A program that the lab has built for its nodes. */
export const built = (program: string) =>
  binaryOf(programs(specOf({}).release, []).find(({ name }) => name === program)!);
export const ETCD = process.env.HOSTROUTE_ETCD ?? built("etcd");

/** What tests with a real etcd need and this machine lacks. */
function missing(files: readonly string[]): string | undefined {
  if (process.platform !== "linux") return "needs Linux, where all of 127.0.0.0/8 is this machine";
  if (!canIssue) return "needs OpenSSL 3";
  return files.every((file) => fs.existsSync(file)) ? undefined : "needs etcd, which `make up` builds";
}

/** Tests with a real etcd, which elects, waits for five seconds of health, and copies data; skipped where there is none. */
export function describeEtcd(what: string, tests: () => void, tools: readonly string[] = []): void {
  jest.setTimeout(300_000);
  const lack = missing([ETCD, ...tools]);
  if (lack === undefined) describe(what, tests);
  else it.skip(`${what}: ${lack}`, () => undefined);
}

export const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

/** Waits for a condition; throws what `state` says if it does not come true in time. */
export async function until(condition: () => Promise<boolean> | boolean, state: () => string, seconds = 120) {
  for (const end = Date.now() + seconds * 1000; !(await condition()); await pause(100))
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${state()}`);
}

/** A member as the gateway shows it; one that has not started has no name. */
export interface Member {
  ID: string;
  name?: string;
  peerURLs: string[];
  isLearner?: boolean;
}

/** Bytes as the gateway has them. */
export const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Nodes on loopback addresses of their own, with the flags of a real control plane's etcd. */
export class EtcdNodes {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-etcd-"));
  readonly issuer = new Issuer(path.join(this.folder, "issuer"));
  readonly all: EtcdNode[];
  /** In place of etcd: a power cut comes before it has done anything. */
  readonly never = path.join(this.folder, "never");
  /** What ends clients. */
  readonly clients: (() => Promise<void>)[] = [];

  /** @param pairs certificates that each node has besides etcd's own, by name, and their authorities */
  constructor(
    count: number,
    readonly pairs: Record<string, string> = {},
  ) {
    fs.writeFileSync(this.never, "#!/bin/sh\nexec sleep 1000\n", { mode: 0o755 });
    // Other runs of this test have others.
    const net = `127.${1 + (process.pid % 254)}.${Math.floor(process.pid / 254) % 256}`;
    const names = Array.from({ length: count }, (_, i) => ({ name: `cp-${i}`, address: `${net}.${10 + i}` }));
    this.all = names.map(({ name, address }) => new EtcdNode(this, name, address));
  }

  /** Ends all processes, and removes everything. */
  async end(): Promise<void> {
    await Promise.all([...this.clients.map((stop) => stop()), ...this.all.map((node) => node.stop())]);
    fs.rmSync(this.folder, { recursive: true });
  }

  /** The members as the first of the nodes that can say knows them. */
  async members(): Promise<Member[]> {
    for (const node of this.all) {
      const answer = await node.ask("cluster/member/list", { linearizable: true });
      if (answer) return answer.members as Member[];
    }
    return [];
  }

  /** The members' ids by name. */
  async ids(): Promise<Record<string, string>> {
    return Object.fromEntries((await this.members()).map(({ name, ID }): [string, string] => [name ?? "", ID]));
  }

  /** Waits until exactly these are the members, and voters. */
  async voters(...nodes: EtcdNode[]): Promise<void> {
    let now: Member[] = [];
    const wanted = nodes.map(({ name }) => name).sort();
    const found = () => now.map(({ name, isLearner }) => `${name}${isLearner ? " (learner)" : ""}`).sort();
    const said = () => `${found().join()}\n${this.all.map(({ name, log }) => `${name}:\n${log}`).join("\n")}`;
    await until(async () => {
      now = await this.members();
      return found().join() === wanted.join();
    }, said);
  }
}

/** The file of the program that a process is. */
function runs({ pid }: ChildProcess): string | undefined {
  try {
    return fs.readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined; // it has ended since
  }
}

/** One node: systemd's part, etcd's flags and disk. */
export class EtcdNode {
  /** What etcd-member.py said. */
  log = "";
  /** What is run in etcd's place. */
  program = ETCD;
  /** The environment of what is run. */
  env = process.env;
  /** Counts starts and stops by the test: what is of an earlier one ends. */
  private turn = 0;
  private process: ChildProcess | undefined;
  private promoter: ChildProcess | undefined;

  constructor(
    private readonly nodes: EtcdNodes,
    readonly name: string,
    readonly address: string,
  ) {
    fs.mkdirSync(this.path("pki"), { recursive: true });
    const { issuer, pairs } = nodes;
    for (const [pair, authority] of Object.entries({ etcd: "etcd-ca", ...pairs })) {
      const [names, uses] = [`DNS:${name},DNS:localhost,IP:${address}`, "clientAuth,serverAuth"];
      const key = `${name}-${pair}`;
      fs.writeFileSync(
        this.path(`pki/${pair}.crt`),
        issuer.issue(key, { authority, subject: `/CN=${name}`, names, uses }),
      );
      fs.writeFileSync(this.path(`pki/${pair}.key`), issuer.read(`${key}.key`));
    }
    for (const ca of ["etcd-ca", "ca"]) fs.writeFileSync(this.path(`pki/${ca}.crt`), issuer.authority(ca));
  }

  path = (file: string) => path.join(this.nodes.folder, this.name, file);
  get url() {
    return `https://${this.address}:2379`;
  }

  /** The flags that a control plane of these nodes gives this one. */
  flags(planned: readonly EtcdNode[]): string[] {
    const values: FlagValues = {
      ...documentedValues,
      nodeName: this.name,
      hostIp: this.address,
      controlPlane: planned.map(({ name, address }) => ({ name, address })),
    };
    return renderFlags("etcd", values, { release: { minor: 34, patch: 1 }, allowInsecure: false }).map((flag) =>
      flag
        .replace("https://127.0.0.1:2379,", "")
        .replace("/var/lib/etcd", this.path("data"))
        .replace("/etc/kubernetes/pki", this.path("pki")),
    );
  }

  /** As the unit of a control plane of several members does it. */
  start(...planned: EtcdNode[]): void {
    this.run("python3", ["-B", SCRIPT, "start", this.program, ...this.flags(planned)]);
  }

  /** As the unit of a control plane of one member does it. */
  startAlone(): void {
    this.run(this.program, this.flags([this]));
  }

  private run(program: string, args: string[], turn = ++this.turn): void {
    const child = spawn(program, args, { env: this.env, stdio: ["ignore", "pipe", "ignore"] });
    this.process = child;
    child.stdout.on("data", (text: Buffer) => (this.log += text.toString()));
    child.on("close", () => {
      this.promoter?.kill("SIGKILL");
      setTimeout(() => turn === this.turn && this.run(program, args, turn), 300);
    });
    if (program === "python3") void this.promote(child);
  }

  /** As ExecStartPost= does it, once the process is etcd. */
  private async promote(child: ChildProcess): Promise<void> {
    const running = () => child.exitCode === null && child.signalCode === null;
    while (running() && runs(child) !== fs.realpathSync(ETCD)) await pause(50);
    if (!running()) return;
    const env = { ...process.env, MAINPID: String(child.pid) };
    this.promoter = spawn("python3", ["-B", SCRIPT, "promote"], { env, stdio: ["ignore", "pipe", "ignore"] });
    this.promoter.stdout!.on("data", (text: Buffer) => (this.log += text.toString()));
  }

  /** One run of etcd-report.py: how it ended, and what it said. Its API server runs, for all that systemd says. */
  async report(...planned: EtcdNode[]): Promise<[code: number | null, said: string]> {
    const bin = this.path("bin");
    fs.mkdirSync(bin, { recursive: true });
    fs.writeFileSync(path.join(bin, "systemctl"), '#!/bin/sh\necho "systemctl $*"\n', { mode: 0o755 });
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    const child = spawn("python3", ["-B", path.join(FILES, "etcd-report.py"), ...this.flags(planned)], { env });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return [code, said];
  }

  /** A power cut, and nobody switches it on. */
  async stop(): Promise<void> {
    this.turn++;
    const child = this.process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.kill("SIGKILL");
    this.promoter?.kill("SIGKILL");
    await ended;
  }

  /** A new disk, or all that was on the old one is gone. */
  loseData(): void {
    fs.rmSync(this.path("data"), { recursive: true, force: true });
    fs.mkdirSync(this.path("data"), { mode: 0o700 });
  }

  /** Waits until etcd-member.py has said this since `log` was last emptied. */
  async says(text: string | RegExp): Promise<void> {
    await until(
      () => (typeof text === "string" ? this.log.includes(text) : text.test(this.log)),
      () => `${this.name} has not said "${String(text)}", but:\n${this.log}`,
    );
  }

  /** One call of etcd's gateway; undefined where it fails. */
  ask(method: string, body: object, timeout = 2_000): Promise<Record<string, unknown> | undefined> {
    const pki = (file: string) => fs.readFileSync(this.path(`pki/${file}`));
    const tls = { ca: pki("etcd-ca.crt"), cert: pki("etcd.crt"), key: pki("etcd.key") };
    return new Promise((resolve) => {
      const request = https.request(
        `${this.url}/v3/${method}`,
        { method: "POST", agent: false, ...tls, timeout },
        (answer) => {
          let text = "";
          answer.on("data", (data: Buffer) => (text += data.toString()));
          // Cut short, if it has not ended.
          answer.on("close", () => resolve(undefined));
          answer.on("end", () =>
            resolve(answer.statusCode === 200 ? (JSON.parse(text) as Record<string, unknown>) : undefined),
          );
        },
      );
      request.on("timeout", () => request.destroy());
      request.on("error", () => resolve(undefined));
      request.end(JSON.stringify(body));
    });
  }
}
