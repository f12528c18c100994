import * as fs from "node:fs";
import type { KubernetesVersion } from "../components/kubernetes/version";
import * as artifacts from "./artifacts";
import { mirrorReleases } from "./artifacts/releases";
import { Engine, labEngine } from "./engine";
import * as guest from "./guest";
import * as openstack from "./openstack";
import { apiAccessOf, Config, needsOctavia, releaseOf, Site, withMirror } from "./site";
import { timed } from "./timing";

/** What a stack needs to know of the lab that it is brought up on. */
export interface Lab {
  engine: Engine;
  site: Site;
}

/**
 * Brings the lab up: its OpenStack with real guests, its mirror, its engine. May be repeated.
 * @param found the Pulumi CLI that the machine has
 * @param config the stack's: the mirror will hold its release, and this machine stand where its API lets it in
 * @throws Error on a machine that cannot carry it
 */
export async function up(found: Engine | undefined, config: Config): Promise<Lab> {
  requireLabMachine();
  // One run of apt for all; then the image, the mirror's files and the engine are built while the services start.
  const all = { ...openstack.packages, ...guest.packages };
  const releases = mirrorReleases(releaseOf(config));
  await timed("set-up", "packages are installed", openstack.install(all));
  const [engine] = await Promise.all([
    timed("engine", "found, or built beside OpenStack", labEngine(found)),
    timed("OpenStack", "its services answer, its hypervisor takes servers", cloudUp()),
    timed("mirror's files", "built or found in the cache, beside OpenStack", artifacts.prepare(releases)),
  ]);
  return enter(engine, releases, config);
}

async function cloudUp(): Promise<void> {
  const image = timed("guest image", "built or found, beside OpenStack", guest.prepare());
  await Promise.all([image, openstack.up(async () => guest.up(await image))]);
}

/** The lab that is already up. Without a stack's configuration, this machine stays where it stands. */
export async function entered(found?: Engine, config?: Config): Promise<Lab> {
  return enter(await labEngine(found), mirrorReleases(config && releaseOf(config)), config);
}

/** The lab's cloud and its tools, for everything that follows in this process. */
async function enter(engine: Engine, releases: readonly KubernetesVersion[], config?: Config): Promise<Lab> {
  if (config && needsOctavia(config)) await timed("Octavia", "answers", openstack.startBalancers());
  if (config) await openstack.operateFrom(openstack.operatorAddress(apiAccessOf(config)));
  const site = withMirror(await timed("mirror", "serves", artifacts.up(releases)));
  Object.assign(process.env, openstack.credentials);
  const tools = `${artifacts.toolsDir}:${engine.env.PATH ?? process.env.PATH}`;
  // With the lab's mark: real plugins outlive an engine that was killed, and `down` ends what carries it.
  const { HOSTROUTE_LAB } = openstack.serviceEnv;
  return { engine: { ...engine, env: { ...engine.env, PATH: tools, HOSTROUTE_LAB } }, site };
}

/** Takes the whole lab down, with every stack on it. */
export async function down(): Promise<void> {
  requireLabMachine();
  await artifacts.down();
  await guest.down();
  await openstack.down();
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
