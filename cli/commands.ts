import * as fs from "node:fs";
import * as path from "node:path";
import * as lab from "../lab";
import * as openstack from "../lab/openstack";
import { stateDir } from "../lab/paths";
import { progress } from "../lab/shell";
import { Outputs } from "../outputs";
import { faults } from "./engine/faults";
import { findEngine } from "./engine/find";
import { recover } from "./engine/recovery";
import { EngineStack } from "./engine/stack";
import { phaseTable } from "./phases";
import { columns, nodeTable } from "./report";
import { stackConfig, stackFile } from "./stackFile";

const ownCloud = process.env.OS_CLOUD ?? process.env.OS_AUTH_URL;

/** Brings a stack up: on the operator's cloud where one is named, else on the lab's, which it brings up first. */
export const up = (name: string, options: readonly string[]) => deploy(lab.up, name, options);

/** The same on a lab that is up already, which stays as it is: services that have stopped, too. */
export const update = (name: string, options: readonly string[]) => deploy(lab.entered, name, options);

async function deploy(enter: typeof lab.up, name: string, options: readonly string[]): Promise<void> {
  stackFile(name);
  if (ownCloud) progress(`Cloud: ${ownCloud}, as OS_CLOUD or OS_AUTH_URL says`);
  else progress("Cloud: the lab's own OpenStack on this machine (neither OS_CLOUD nor OS_AUTH_URL is set)");
  const stack = await stackOn(ownCloud ? undefined : enter, name);
  const { outputs, secrets } = await stack.up(options).catch(async (failure: Error) => {
    const own = stackConfig(name);
    const lines = await faults(stack.clusterName(), (key) => plainText(own[`openstack:${key}`]));
    throw new Error([...lines, failure.message].join("\n"), { cause: failure });
  });
  const parts = ownCloud ? [await nodeTable(outputs, false)] : await labReport(outputs);
  const shown = { ...outputs, ...Object.fromEntries(secrets.map((secret) => [secret, "[secret]"])) };
  process.stdout.write(`\n${[JSON.stringify(shown, undefined, 2), ...parts].join("\n\n")}\n`);
}

/** What is encrypted in a stack's file stays unread here: then the environment has to know it. */
const plainText = (value: unknown) => (typeof value === "string" ? value : undefined);

/** For whoever looks at the lab's stack from here: its outputs, with secrets, in a file of root's. */
async function labReport(outputs: Outputs): Promise<string[]> {
  fs.writeFileSync(path.join(stateDir, "outputs.json"), JSON.stringify(outputs, undefined, 1), { mode: 0o600 });
  // First: it asks the cluster for what has just come.
  const phases = await phaseTable(outputs);
  return [...(phases ? [phases] : []), await nodeTable(outputs, true)];
}

/** An operation of the engine's on a stack that exists, as it is. */
export function passThrough(operation: "preview" | "refresh") {
  return async (name: string, options: readonly string[]): Promise<void> => {
    await (await stackOn(ownCloud ? undefined : lab.entered, name))[operation](options);
  };
}

/** Takes the stack down and leaves the lab's cloud as it is. */
export async function destroy(name: string, options: readonly string[]): Promise<void> {
  await (await stackOn(ownCloud ? undefined : lab.entered, name)).destroy(options);
}

/** Undoes `up`: the lab's cloud goes as a whole, and every stack on it. */
export async function down(name: string, options: readonly string[]): Promise<void> {
  await (ownCloud ? destroy(name, options) : lab.down());
}

/** The stack with the engine that works on it; in the lab, with what a killed run left cleared away. */
async function stackOn(enter: typeof lab.up | undefined, name: string): Promise<EngineStack> {
  const found = await findEngine();
  if (!enter) {
    if (!found)
      throw new Error(
        "Your own cloud needs the Pulumi CLI: there is none on the PATH, and npx pulumi cannot download one here",
      );
    progress(`Engine: ${found.why}`);
    return new EngineStack(found, name);
  }
  const { engine, site } = await enter(found, stackConfig(name));
  progress(`Engine: ${engine.why}`);
  const stack = new EngineStack(engine, name, site);
  await recover(stack, name);
  return stack;
}

/** Every service of the lab, and whether it does its work. */
export async function status(): Promise<void> {
  const rows = (await openstack.status()).map(({ service, pid, answers }) => [
    service,
    String(pid ?? "-"),
    answers ? "answers" : "does not answer",
  ]);
  process.stdout.write(`${columns([["service", "pid", "state"], ...rows])}\n`);
}
