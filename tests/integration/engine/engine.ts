import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { binaryOf } from "../../../lab/build/golang";
import { engineProgram } from "../../../lab/engine/cli";
import { providerPackages } from "../../../lab/engine/packages";
import { placeCli, placeLanguageHost, placeProviders, writeLauncher } from "../../../lab/engine/plugins";
import { OBSERVED } from "./instantAnswers";

const root = path.join(__dirname, "../../..");

/** Has the engine find instant.ts where it looks for a provider. */
const placeInstant = (file: string, version: string) =>
  writeLauncher(file, "--import", require.resolve("tsx"), path.join(__dirname, "instant.ts"), version);
/** The file's backend writes the whole state at each step: with providers that take no time, that were all that takes any. */
const INSTANT = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
const built = binaryOf(engineProgram);

/** Whether the lab's engine is in the cache: `make up` builds it. */
export const engineIsBuilt = fs.existsSync(built);

/** The real engine with a program of the tests', in a folder of its own: backend, providers and stacks' configuration. */
export class Engine {
  private readonly project: string;
  private readonly env: NodeJS.ProcessEnv;

  /**
   * @param program the file's name, without its ending, beside this one, or its whole path
   * @param env what its environment has besides
   * @param instant whether all providers answer at once (instant.ts), dynamic ones too; else the lab's are there, and the real process for dynamic ones
   */
  static async with(program: string, instant = false, env: NodeJS.ProcessEnv = {}): Promise<Engine> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-engine-"));
    const bin = path.join(folder, "bin");
    await placeLanguageHost(bin);
    const packages = providerPackages(root);
    const home = await placeProviders(packages, path.join(folder, "home"));
    if (instant) {
      for (const { name, version } of packages)
        placeInstant(path.join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`), version);
      placeInstant(path.join(bin, "pulumi-resource-pulumi-nodejs"), "0.0.1");
    }
    return new Engine(program, folder, placeCli(built, bin), home, { ...(instant ? INSTANT : {}), ...env });
  }

  private constructor(
    program: string,
    private readonly folder: string,
    private readonly command: string,
    home: string,
    env: NodeJS.ProcessEnv,
  ) {
    const [bin, state] = [path.join(folder, "bin"), path.join(folder, "state")];
    this.project = path.join(folder, "project");
    for (const each of [this.project, state]) fs.mkdirSync(each);
    // The project's own, with its keys, types and which of them are secrets.
    const manifest = parse(fs.readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as object;
    this.write("Pulumi.yaml", stringify({ ...manifest, main: "index.ts" }));
    this.write("package.json", "{}");
    this.write(
      "index.ts",
      `import main = require(${JSON.stringify(path.resolve(__dirname, program))});\nexport = main;\n`,
    );
    this.write("tsconfig.json", JSON.stringify({ extends: path.join(root, "tsconfig.json") }));
    fs.symlinkSync(path.join(root, "node_modules"), path.join(this.project, "node_modules"));
    this.env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      [OBSERVED]: path.join(this.folder, "observed"),
      ...env,
    };
  }

  /** What Kubernetes says of its nodes, where providers answer at once. */
  observe(text: string): void {
    fs.writeFileSync(this.env[OBSERVED]!, text);
  }

  /** Puts a shell script on the PATH of all that the engine starts. */
  place(program: string, body: string): void {
    fs.writeFileSync(path.join(this.folder, "bin", program), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  /** The configuration of a stack that is there, as a whole: the project's keys. */
  configure(stack: string, keys: object): void {
    const file = `Pulumi.${stack}.yaml`;
    const before = parse(fs.readFileSync(path.join(this.project, file), "utf8")) as object;
    const config = Object.fromEntries(
      Object.entries(keys).map(([key, value]) => [`hostroute:${key}`, value as unknown]),
    );
    this.write(file, stringify({ ...before, config }));
  }

  private write(file: string, text: string): void {
    fs.writeFileSync(path.join(this.project, file), text);
  }

  /** What a command says, on both streams, and whether it succeeded. */
  run(args: readonly string[], input = ""): { ok: boolean; said: string } {
    const { status, stdout, stderr } = this.spawned([this.command, "--non-interactive", ...args], input);
    return { ok: status === 0, said: stdout + stderr };
  }

  /** What a command prints. @throws Error with all that it says, where it fails */
  answer(args: readonly string[], input = ""): string {
    const { ok, said } = this.run(args, input);
    if (!ok) throw new Error(`pulumi ${args.join(" ")}: ${said}`);
    return said;
  }

  /** CPU seconds that a command takes, with all programs that it starts. @throws Error with all that it says, where it fails */
  timed(args: readonly string[]): number {
    const script = ["bash", "-c", 'TIMEFORMAT="%U %S"; time "$@" >&2 2>&1', "bash"];
    const { status, stderr } = this.spawned([...script, this.command, "--non-interactive", ...args]);
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")}: ${stderr}`);
    const [user, system] = stderr.trim().split("\n").at(-1)!.split(" ").map(Number);
    return user! + system!;
  }

  private spawned([program = "", ...args]: readonly string[], input = "") {
    const bounds = { timeout: 1_800_000, maxBuffer: 2 ** 30 };
    return spawnSync(program, args, { cwd: this.project, env: this.env, input, encoding: "utf8", ...bounds });
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true });
  }
}
