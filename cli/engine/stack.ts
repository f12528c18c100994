import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { Engine } from "../../lab/engine";
import { root, stateDir } from "../../lab/paths";
import { run } from "../../lab/shell";
import { Config, Site } from "../../lab/site";
import { Outputs } from "../../outputs";
import { Result } from "../report";
import { stackConfig, stackFile } from "../stackFile";
import { parseEvents } from "./changes";
import { Deployment } from "./deployment";
import { explained } from "./explain";

/** A stack of this project, run by the engine. In the lab its state is a folder of the lab; on an own cloud it is the operator's backend. */
export class EngineStack {
  private readonly env: NodeJS.ProcessEnv;
  private readonly options: string[];

  constructor(
    private readonly engine: Engine,
    private readonly stack: string,
    /** In the lab: what it makes of the stack's configuration. */
    private readonly site?: Site,
  ) {
    this.env = { ...process.env, ...engine.env, ...(site ? labBackend() : operatorsBackend()), ...ALWAYS };
    const configFile = path.join(stateDir, `Pulumi.${stack}.yaml`);
    this.options = ["--stack", stack, ...(site ? ["--config-file", configFile] : [])];
  }

  /** `pulumi up`: what the engine prints is shown as it comes. @param more further options of the engine's, for example `--replace URN` */
  async up(more: readonly string[] = []): Promise<Result> {
    await this.select();
    // Outputs are shown by whoever asked for them.
    await this.operate("up", ["--yes", "--skip-preview", "--suppress-outputs", ...more]);
    return this.outputs();
  }

  /** Reads every resource of the state anew from where it is. */
  async refresh(more: readonly string[] = []): Promise<void> {
    await this.operate("refresh", ["--yes", "--skip-preview", ...more]);
  }

  /** Shows what `up` would do. */
  async preview(more: readonly string[] = []): Promise<void> {
    await this.select();
    await this.operate("preview", more);
  }

  async destroy(more: readonly string[] = []): Promise<void> {
    await this.operate("destroy", ["--yes", "--skip-preview", ...more]);
  }

  /** The name that the cluster has by the stack's configuration. */
  clusterName(): string {
    return (stackConfig(this.stack)["hostroute:clusterName"] as string | undefined) ?? this.stack;
  }

  /** Ends what the engine takes for a run that is still under way: a killed one leaves its lock behind. */
  async cancel(): Promise<void> {
    await this.answer("cancel", "--yes", "--stack", this.stack);
  }

  /** The state as the engine has it; secrets are encrypted unless `--show-secrets` is among the options. */
  async exported(...options: string[]): Promise<Deployment> {
    const text = await this.answer("stack", "export", "--stack", this.stack, ...options);
    return (JSON.parse(text) as { deployment: Deployment }).deployment;
  }

  /** The engine in another project's folder, on the same backend and with the same providers: all that it says. */
  inProject(folder: string, args: readonly string[]): Promise<string> {
    const script = ["-c", 'exec "$@" 2>&1', "sh", this.engine.command, ...args];
    return run("sh", script, { env: this.env, cwd: folder, log: "engine" });
  }

  /** With secrets as they are, and the names of those: what the engine masks. */
  async outputs(): Promise<Result> {
    const read = (...more: string[]) => this.answer("stack", "output", "--json", "--stack", this.stack, ...more);
    const [all, masked] = await Promise.all([read("--show-secrets"), read()]);
    const secrets = Object.entries(JSON.parse(masked) as object).filter(([, value]) => value === "[secret]");
    return { outputs: JSON.parse(all) as Outputs, secrets: secrets.map(([name]) => name) };
  }

  /** Creates the stack at first use. The engine writes its encryption salt into the stack's file; in the lab, into a copy. */
  private async select(): Promise<void> {
    const file = stackFile(this.stack);
    const original = fs.readFileSync(file, "utf8");
    try {
      await this.show(["stack", "select", "--create", this.stack]);
      if (this.site) this.writeCopy(this.site, fs.readFileSync(file, "utf8"));
    } finally {
      if (this.site) fs.writeFileSync(file, original);
    }
  }

  private writeCopy(site: Site, selected: string): void {
    const copy = path.join(stateDir, `Pulumi.${this.stack}.yaml`);
    const earlier = fs.existsSync(copy) ? (parse(fs.readFileSync(copy, "utf8")) as StackFile) : {};
    const { config, encryptionsalt = earlier.encryptionsalt } = parse(selected) as StackFile;
    fs.writeFileSync(copy, stringify({ ...(encryptionsalt ? { encryptionsalt } : {}), config: site(config ?? {}) }));
  }

  /**
   * One operation on the stack's resources. In the lab, its events are kept for whoever asks what it did.
   * @throws Error that explains what the cloud's APIs refused, where that does not explain itself
   */
  private async operate(operation: string, more: readonly string[]): Promise<void> {
    const folder = this.site ? undefined : fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-"));
    const log = folder === undefined ? eventLog(this.stack) : path.join(folder, "events.json");
    fs.rmSync(log, { force: true });
    try {
      await this.show([operation, ...this.options, "--event-log", log, ...more]);
    } catch (failure) {
      const lines = explanations(log);
      if (lines.length === 0) throw failure;
      throw new Error([...lines, (failure as Error).message].join("\n"), { cause: failure });
    } finally {
      if (folder !== undefined) fs.rmSync(folder, { recursive: true });
    }
  }

  private answer(...args: string[]): Promise<string> {
    return run(this.engine.command, args, { env: this.env, cwd: root });
  }

  private show(args: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.engine.command, ["--non-interactive", ...args], {
        cwd: root,
        env: this.env,
        stdio: ["ignore", 2, 2],
      });
      child.on("error", reject);
      child.on("exit", (code, signal) =>
        code === 0 ? resolve() : reject(new Error(`pulumi ${args[0]} ended with ${signal ?? code}`)),
      );
    });
  }
}

/** What the errors of a log mean. One that was cut off says nothing. */
function explanations(log: string): string[] {
  try {
    return explained(parseEvents(fs.readFileSync(log, "utf8")));
  } catch {
    return [];
  }
}

interface StackFile {
  encryptionsalt?: string;
  config?: Config;
}

/** Where the engine's events of the last operation on a stack of the lab's are, a JSON object a line. */
export const eventLog = (stack: string) => path.join(stateDir, `events.${stack}.json`);

const ALWAYS = {
  PULUMI_SKIP_UPDATE_CHECK: "1",
  // The program's types are checked by `make test`: not once more, for seconds, at every run.
  PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  // The engine knows --event-log only so; its own Automation API does the same.
  PULUMI_DEBUG_COMMANDS: "true",
};

const localBackend = (folder: string) => {
  fs.mkdirSync(folder, { recursive: true });
  return {
    // Without sidecar files: gocloud's fileblob writes those in place (attrs.go), and a run that is killed in that moment leaves an
    // empty one, after which no command can read the state any more ("failed to load checkpoint: EOF").
    PULUMI_BACKEND_URL: `file://${folder}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: process.env.PULUMI_CONFIG_PASSPHRASE ?? "",
  };
};

const labBackend = () => localBackend(path.join(stateDir, "pulumi"));

/** A backend that the operator chose, in the environment or by `pulumi login`, is kept; else it is a folder of the checkout. */
function operatorsBackend(): NodeJS.ProcessEnv {
  const login = path.join(process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi"), "credentials.json");
  const chosen = process.env.PULUMI_BACKEND_URL ?? process.env.PULUMI_ACCESS_TOKEN ?? fs.existsSync(login);
  return chosen ? {} : localBackend(path.join(root, ".pulumi-state"));
}
