import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { Changes, changesOf, parseEvents } from "../../cli/engine/changes";
import { Deployment } from "../../cli/engine/deployment";
import { findEngine } from "../../cli/engine/find";
import { EngineStack, eventLog } from "../../cli/engine/stack";
import { stackFile } from "../../cli/stackFile";
import { entered } from "../../lab";
import { toolsDir } from "../../lab/artifacts";
import { credentials } from "../../lab/openstack";
import { root, stateDir } from "../../lab/paths";
import { run } from "../../lab/shell";

/** The stack that `make up` brought up. */
export const STACK = process.env.STACK ?? "dev";

/** As this process was started: whoever enters the lab has its credentials in the environment, and looks like an operator with a cloud. */
const environment = { ...process.env };

export type Config = Record<string, unknown>;
export interface Operation {
  /** Default: the stack that `make up` brought up. */
  stack?: string;
  /** What is different from the committed configuration. */
  changes?: (config: Config) => void;
  /** What the configuration has besides, encrypted: by key. */
  secrets?: Record<string, string>;
  /** Options of the engine's. */
  options?: readonly string[];
  /** How long it may take, in milliseconds. Default: a quarter of an hour. */
  timeout?: number;
}

/** Runs one of the operator's commands on the stack: all that it says. */
export const operate = (command: string, operation: Operation = {}): Promise<string> =>
  inShell(`exec ${COMMAND}`, command, operation);

/** Runs one that has to fail: all that it says. (What a failed `operate` throws has its last lines only.) */
export async function refused(command: string, operation: Operation = {}): Promise<string> {
  const said = await inShell(`if ${COMMAND}; then echo ${ACCEPTED}; fi`, command, operation);
  if (said.trimEnd().endsWith(ACCEPTED)) throw new Error(`${command} was not refused: ${said}`);
  return said;
}

/** `npm run verify`, as an operator runs it, on the outputs of the last update: all that it says. */
export const verify = () =>
  run("node", ["--import", "tsx", "cli/verify.ts", "--outputs", path.join(stateDir, "outputs.json")], {
    cwd: root,
    env: { ...process.env, ...credentials, PATH: `${toolsDir}:${process.env.PATH}` },
  });

const COMMAND = 'node --import tsx cli/main.ts "$@" 2>&1';
const ACCEPTED = "ended-without-an-error";

async function inShell(
  script: string,
  command: string,
  { stack = STACK, changes, secrets = {}, options = [], timeout = 900_000 }: Operation,
): Promise<string> {
  const file = stackFileEnv(changes);
  for (const [key, value] of Object.entries(secrets))
    await pulumi(root, "config", "set", "--secret", "--stack", stack, "--config-file", file.STACK_FILE!, key, value);
  const env = { ...environment, ...file };
  return run("sh", ["-c", script, "sh", command, stack, ...options], {
    cwd: root,
    env,
    timeout,
    log: "checks",
  });
}

/** Of an operation that changed nothing. */
export const nothing: Omit<Changes, "unchanged"> = { created: [], updated: [], replaced: [], deleted: [] };

/** The configuration's first worker pool, to change it. */
export const firstPool = (config: Config) => (config["hostroute:workerPools"] as Config[])[0]!;

/** What the last operation did, as the engine reports it. */
export const lastChanges = (): Changes => changesOf(parseEvents(fs.readFileSync(eventLog(STACK), "utf8")));

const stack = async () => {
  const { engine, site } = await entered(await findEngine());
  return new EngineStack(engine, STACK, site);
};

/** Runs the engine in another project's folder, on the same backend: all that it says. */
export const pulumi = async (folder: string, ...args: string[]): Promise<string> =>
  (await stack()).inProject(folder, args);

/** The state of the stack, as the engine exports it. @param options for example `--show-secrets` */
export const exported = async (...options: string[]): Promise<Deployment> => (await stack()).exported(...options);

/** The URN of a resource of the stack's. */
export async function urnOf(type: string, name: string): Promise<string> {
  const { resources = [] } = await exported();
  const found = resources.find((resource) => resource.type === type && resource.urn.endsWith(`::${name}`));
  if (!found) throw new Error(`The stack has no ${type} ${name}`);
  return found.urn;
}

/** A copy of the stack's file with changes, as an environment for the operator's commands. */
export function stackFileEnv(changes?: (config: Config) => void): NodeJS.ProcessEnv {
  if (!changes) return {};
  const file = path.join(stateDir, "Pulumi.changed.yaml");
  const document = parse(fs.readFileSync(stackFile(STACK), "utf8")) as { config: Config };
  changes(document.config);
  fs.writeFileSync(file, stringify(document));
  return { STACK_FILE: file };
}
