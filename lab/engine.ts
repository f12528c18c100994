import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { Outputs } from "../outputs";
import { root, stateDir } from "./paths";
import { Result } from "./report";
import { run } from "./shell";
import { Site } from "./site";
import { Config, stackFile } from "./stack";

const shims = path.join(root, "node_modules", ".bin");

/** A Pulumi CLI that works here, and how it was found; without `command` there is none, and `why` says so. */
export interface Engine {
  command?: string;
  why: string;
}

/** Looks for a Pulumi CLI: on the PATH, else the one that npm's `pulumi` package fetches at first use. */
export async function findEngine(): Promise<Engine> {
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => path.resolve(folder) !== shims);
  const onPath = folders.map((folder) => path.join(folder, "pulumi")).find((file) => fs.existsSync(file));
  const version = (command: string, timeout: number) =>
    run(command, ["version"], { timeout, env: process.env }).then((text) => text.trim());
  if (onPath) return version(onPath, 60_000).then((v) => ({ command: onPath, why: `Pulumi ${v} is on the PATH` }));
  const shim = path.join(shims, "pulumi");
  return version(shim, 120_000).then(
    (v) => ({ command: shim, why: `npx pulumi has ${v}` }),
    () => ({ why: "there is no Pulumi CLI on the PATH, and npx pulumi cannot fetch one here" }),
  );
}

/** A stack run by the real engine. In the lab its state is a folder of the lab; on an own cloud it is the operator's backend. */
export class EngineStack {
  private readonly env: NodeJS.ProcessEnv;
  private readonly configFile: string[];

  constructor(
    private readonly command: string,
    private readonly stack: string,
    /** In the lab: what it makes of the stack's configuration. */
    private readonly site?: Site,
  ) {
    const backend = path.join(site ? stateDir : root, site ? "pulumi" : ".pulumi-state");
    // A backend that the operator chose, in the environment or by `pulumi login`, is kept.
    const login = path.join(process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi"), "credentials.json");
    const own =
      process.env.PULUMI_BACKEND_URL ?? process.env.PULUMI_ACCESS_TOKEN ?? (fs.existsSync(login) ? login : undefined);
    const local = {
      PULUMI_BACKEND_URL: `file://${backend}`,
      PULUMI_CONFIG_PASSPHRASE: process.env.PULUMI_CONFIG_PASSPHRASE ?? "",
    };
    if (site || !own) fs.mkdirSync(backend, { recursive: true });
    this.env = { ...process.env, ...(site || !own ? local : {}), PULUMI_SKIP_UPDATE_CHECK: "1" };
    this.configFile = site ? ["--config-file", path.join(stateDir, `Pulumi.${stack}.yaml`)] : [];
  }

  /** Creates the stack at first use. The engine writes its encryption salt into the stack's file; in the lab, into a copy. */
  private async select(): Promise<void> {
    const [, copy] = this.configFile;
    const original = fs.readFileSync(stackFile(this.stack), "utf8");
    const salt =
      copy && fs.existsSync(copy)
        ? (parse(fs.readFileSync(copy, "utf8")) as { encryptionsalt?: string }).encryptionsalt
        : undefined;
    try {
      await this.pulumi(["stack", "select", "--create", this.stack]);
      if (copy && this.site) {
        const created = parse(fs.readFileSync(stackFile(this.stack), "utf8")) as { config: Config };
        const config = { ...created, ...(salt ? { encryptionsalt: salt } : {}), config: this.site(created.config) };
        fs.writeFileSync(copy, stringify(config));
      }
    } finally {
      if (copy) fs.writeFileSync(stackFile(this.stack), original);
    }
  }

  /** `pulumi up`: what the engine prints is shown as it comes. */
  async up(): Promise<Result> {
    await this.select();
    // A killed run leaves its lock behind; elsewhere the lock may be a colleague's.
    if (this.site)
      await run(this.command, ["cancel", "--yes", "--stack", this.stack], { env: this.env, cwd: root }).catch(
        () => undefined,
      );
    await this.pulumi(["up", "--yes", "--skip-preview", "--stack", this.stack, ...this.configFile]);
    return this.outputs();
  }

  /** With secrets as they are, and the names of those: what the engine masks. */
  private async outputs(): Promise<Result> {
    const read = async (...more: string[]) => {
      const args = ["stack", "output", "--json", "--stack", this.stack, ...more];
      return JSON.parse(await run(this.command, args, { env: this.env, cwd: root })) as Outputs;
    };
    const [outputs, masked] = [await read("--show-secrets"), await read()];
    return {
      outputs,
      secrets: Object.entries(masked).flatMap(([name, value]) => (value === "[secret]" ? [name] : [])),
    };
  }

  async destroy(): Promise<void> {
    await this.pulumi(["destroy", "--yes", "--skip-preview", "--stack", this.stack, ...this.configFile]);
  }

  private pulumi(args: string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.command, ["--non-interactive", ...args], {
        cwd: root,
        env: this.env,
        stdio: ["ignore", 2, 2],
      });
      child.on("error", reject);
      child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`pulumi ${args[0]} ended with ${code}`))));
    });
  }
}
