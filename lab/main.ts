import * as fs from "node:fs";
import { Outputs } from "../outputs";
import * as artifacts from "./artifacts";
import * as driver from "./driver";
import { Engine, EngineStack, findEngine } from "./engine";
import * as guest from "./guest";
import * as openstack from "./openstack";
import { stateDir } from "./paths";
import { phaseTable, timed } from "./phases";
import { columns, nodeTable, Result } from "./report";
import { progress } from "./shell";
import { Site, withMirror } from "./site";
import { stackConfig, stackFile } from "./stack";

const USAGE = "usage: lab up|destroy|down|status [stack]   (stack: dev unless told)";

const ownCloud = process.env.OS_CLOUD ?? process.env.OS_AUTH_URL;

/** Brings a stack up: on the operator's cloud where one is named, else on the lab's. */
async function up(stack: string): Promise<void> {
  stackFile(stack);
  const engine = await engineFor();
  if (ownCloud) progress(`Cloud: ${ownCloud}, as OS_CLOUD or OS_AUTH_URL says`);
  else progress("Cloud: the lab's own OpenStack on this machine (neither OS_CLOUD nor OS_AUTH_URL is set)");
  progress(`Engine: ${engine.command ? engine.why : `the lab's driver, because ${engine.why}`}`);

  const site = ownCloud ? undefined : await labUp();
  const { outputs, secrets } = engine.command
    ? await new EngineStack(engine.command, stack, site).up()
    : await driveUp(stack, site);
  if (!ownCloud) fs.writeFileSync(`${stateDir}/outputs.json`, JSON.stringify(outputs, undefined, 1), { mode: 0o600 });
  // First: it asks the cluster for what has just come.
  const phases = ownCloud ? undefined : await phaseTable(outputs);
  const table = await nodeTable(outputs, !ownCloud);
  const shown = { ...outputs, ...Object.fromEntries(secrets.map((name) => [name, "[secret]"])) };
  process.stdout.write(`\n${JSON.stringify(shown, undefined, 2)}\n\n${phases ? `${phases}\n\n` : ""}${table}\n`);
}

/** The engine to use; only the lab can do without one. */
async function engineFor(): Promise<Engine> {
  const engine = await findEngine();
  if (ownCloud && !engine.command) throw new Error(`An own cloud needs the Pulumi engine, and ${engine.why}`);
  return engine;
}

async function labUp(): Promise<Site> {
  requireLabMachine();
  // One run of apt for all; then the image and the mirror's files are built while the services start.
  const all = { ...openstack.packages, ...guest.packages };
  await timed("set-up", "packages are installed", openstack.install(all));
  await Promise.all([
    timed("OpenStack", "its services answer, its hypervisor takes servers", cloudUp()),
    timed("mirror's files", "built or found in the cache, beside OpenStack", artifacts.prepare()),
  ]);
  return enter(withMirror(await timed("mirror", "serves", artifacts.up())));
}

async function cloudUp(): Promise<void> {
  await Promise.all([openstack.up(), timed("guest image", "built or found, beside OpenStack", guest.prepare())]);
  await guest.up();
}

/** The lab's cloud and its tools, for everything that follows. */
function enter(site: Site): Site {
  Object.assign(process.env, openstack.credentials);
  process.env.PATH = `${artifacts.toolsDir}:${process.env.PATH}`;
  return site;
}

async function driveUp(stack: string, site?: Site): Promise<Result> {
  const { outputs, secrets, ...changes } = await driver.deploy(stack, stackConfig(stack, site));
  fs.writeFileSync(`${stateDir}/changes.json`, JSON.stringify(changes, undefined, 1));
  progress(
    Object.entries(changes)
      .map(([what, list]) => `${Array.isArray(list) ? list.length : list} ${what}`)
      .join(", "),
  );
  return { outputs: outputs as unknown as Outputs, secrets };
}

async function down(stack: string): Promise<void> {
  if (ownCloud) return destroy(stack);
  requireLabMachine();
  // The cloud goes as a whole, and the stack with it.
  await artifacts.down();
  await guest.down();
  await openstack.down();
}

/** Takes the stack down and leaves the lab's cloud as it is. */
async function destroy(stack: string): Promise<void> {
  const engine = await engineFor();
  const site = ownCloud ? undefined : enter(withMirror(await artifacts.up()));
  if (engine.command) return new EngineStack(engine.command, stack, site).destroy();
  progress(`${(await driver.destroy(stack)).length} deleted`);
}

async function status(): Promise<void> {
  const rows = (await openstack.status()).map(({ service, pid, answers }) => [
    service,
    String(pid ?? "-"),
    answers ? "answers" : "does not answer",
  ]);
  process.stdout.write(`${columns([["service", "pid", "state"], ...rows])}\n`);
}

/** The lab needs root on Debian 12: elsewhere it would only get half-way. */
function requireLabMachine(): void {
  const release = fs.existsSync("/etc/os-release") ? fs.readFileSync("/etc/os-release", "utf8") : "";
  const debian12 = /^ID=debian$/m.test(release) && /^VERSION_ID="?12"?$/m.test(release);
  if (debian12 && process.getuid?.() === 0) return;
  throw new Error(
    "The lab runs a whole OpenStack and needs root on Debian 12. To use your own cloud instead, name it:\n" +
      "  OS_CLOUD=mycloud make up        (an entry of clouds.yaml; or source an openrc file that sets OS_AUTH_URL)",
  );
}

const [command = "", stack = "dev"] = process.argv.slice(2);
const commands: Record<string, () => Promise<void>> = {
  up: () => up(stack),
  destroy: () => destroy(stack),
  down: () => down(stack),
  status,
};

Promise.resolve((commands[command] ?? (() => Promise.reject(new Error(USAGE))))())
  .then(() => process.exit(0))
  .catch((error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
