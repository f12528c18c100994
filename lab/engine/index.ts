import * as fs from "node:fs";
import * as path from "node:path";
import { root, stateDir } from "../paths";
import { run } from "../shell";
import { builtCli } from "./cli";
import { ProviderPackage, providerPackages } from "./packages";
import { binDir, placeCli, placeLanguageHost, placeProviders } from "./plugins";

/** A Pulumi CLI, what it needs of the environment, and how it was come by. */
export interface Engine {
  command: string;
  env: NodeJS.ProcessEnv;
  why: string;
}

const NOT_FOUND = "there is none on the PATH, and npx pulumi cannot download one here";

/**
 * The engine and providers that the lab works with: real ones wherever the engine has them or can download them, and else the
 * lab's own. What cannot be downloaded is not asked for again before `make down`.
 * @param found the CLI that the machine has; without one it is built
 */
export async function labEngine(found?: Engine): Promise<Engine> {
  const engine = found ?? (await built());
  const packages = providerPackages(root);
  const missing = await missingProvider(engine, packages);
  if (!missing) return { ...engine, why: `${engine.why}; its providers are the real ones` };
  const PULUMI_HOME = await placeProviders(packages);
  return {
    ...engine,
    env: { ...engine.env, PULUMI_HOME },
    why: `${engine.why}; its providers are the lab's own: ${missing}`,
  };
}

async function built(): Promise<Engine> {
  const { file, version } = await builtCli();
  const command = placeCli(file);
  await placeLanguageHost();
  return {
    command,
    env: { PATH: `${binDir}:${process.env.PATH}` },
    why: `Pulumi ${version}, built from its Go module: ${NOT_FOUND}`,
  };
}

/** Why a provider cannot be had; undefined when all are there. */
async function missingProvider(
  { command, env }: Engine,
  packages: readonly ProviderPackage[],
): Promise<string | undefined> {
  const remembered = path.join(stateDir, "engine", "missing.json");
  if (fs.existsSync(remembered)) {
    const { command: asked, why } = JSON.parse(fs.readFileSync(remembered, "utf8")) as Record<string, string>;
    if (asked === command) return why;
  }
  const options = { env: { ...process.env, ...env, PULUMI_SKIP_UPDATE_CHECK: "1" }, timeout: 180_000, log: "engine" };
  const listed = await run(command, ["plugin", "ls", "--json"], options);
  const installed = (JSON.parse(listed) as { name: string; version: string }[]).map(
    ({ name, version }) => `${name} ${version}`,
  );
  for (const { name, version } of packages.filter(({ name, version }) => !installed.includes(`${name} ${version}`))) {
    try {
      await run(command, ["plugin", "install", "resource", name, version], options);
    } catch {
      const why = `the engine can download no provider ${name} ${version} here`;
      fs.mkdirSync(path.dirname(remembered), { recursive: true });
      fs.writeFileSync(remembered, JSON.stringify({ command, why }));
      return why;
    }
  }
  return undefined;
}
