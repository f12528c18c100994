import * as fs from "node:fs";
import * as path from "node:path";
import type { ClusterImages, Programs } from "../../components/kubernetes/releases";
import { type KubernetesVersion, versionTag } from "../../components/kubernetes/version";
import type { SettingsInput } from "../../components/settings/schema";
import { digestOf, filesBelow, once } from "../build/cache";
import { debianPackages } from "../build/debian";
import { binaryOf, build } from "../build/golang";
import { publicNetwork, serviceEnv } from "../openstack";
import { cacheDir, stateDir } from "../paths";
import { pidOf, progress, start, stop, waitFor } from "../shell";
import { coredns, podtool } from "./compiled";
import { layOutFiles, programs, upstreamFiles, versions } from "./content";
import { imageReferences, layOutImages } from "./images";
import { chooseOrigins, pinnedFiles } from "./origins";

const SERVICE = "artifacts";
/** What the server serves; a link, so that new content does not interrupt a running server. */
const served = path.join(stateDir, "artifacts");

/** Programs that the operator's machine needs beside Pulumi: kubectl. A link, too. */
export const toolsDir = path.join(stateDir, "tools");

/** What the mirror holds, as written beside it. */
interface Content {
  /** By release of Kubernetes. */
  versions: Record<string, Programs>;
  sha256: Record<string, string>;
}

/** What a stack's configuration must say to use the mirror. */
export interface MirrorSettings {
  artifacts: NonNullable<SettingsInput["artifacts"]>;
  images: ClusterImages;
  /** For the control plane and for every worker pool: containerd speaks HTTPS to a registry unless told. */
  extraFiles: { path: string; content: string; permissions: string }[];
}

/** The running mirror: what a stack with a release of Kubernetes must say to use it. @throws Error for a release that it does not hold */
export type Mirror = (release: KubernetesVersion) => MirrorSettings;

/**
 * Downloads or builds everything that is not yet in the cache. Building takes some six minutes for a release at first, seconds after that.
 * Needs nothing of OpenStack, and may run beside its start.
 */
export async function prepare(releases: readonly KubernetesVersion[]): Promise<void> {
  await (prepared ??= makeContent(releases));
}

/** Also `up` waits for it: a second build in one process would meet the first. */
let prepared: Promise<string> | undefined;

async function makeContent(releases: readonly KubernetesVersion[]): Promise<string> {
  const origins = await chooseOrigins({ files: pinnedFiles(releases) });
  const toBuild = [podtool, ...releases.flatMap((release) => [coredns(release), ...programs(release, origins)])];
  const files = await Promise.all(releases.map((release) => upstreamFiles(release, origins)));
  const debian = (await debianPackages()).map(({ file }) => file);
  const parts = [...debian, ...toBuild.map(binaryOf)].map((file) => path.basename(file));
  const code = filesBelow(__dirname).filter((file) => file.endsWith(".ts"));
  return once(path.join(cacheDir, `artifacts-${digestOf([parts, files], code)}`), async (temporary) => {
    for (const program of toBuild) await build(program);
    const root = path.join(temporary, "root");
    const scratch = path.join(temporary, "scratch");
    fs.mkdirSync(scratch, { recursive: true });
    const content: Content = { versions: {}, sha256: {} };
    for (const release of releases) {
      content.versions[versionTag(release)] = await versions(release, origins);
      Object.assign(content.sha256, await layOutFiles(release, root, scratch, origins));
    }
    await layOutImages(releases, root, scratch);
    fs.rmSync(scratch, { recursive: true });
    fs.writeFileSync(path.join(temporary, "content.json"), JSON.stringify(content, undefined, 1));
    progress(`artifacts: complete, for Kubernetes ${releases.map(versionTag).join(", ")}`);
  });
}

/** Starts the mirror, on the machine's address in the lab's external network: nodes reach it through their router. */
export async function up(
  releases: readonly KubernetesVersion[],
  address = publicNetwork.gateway,
  port = 8080,
): Promise<Mirror> {
  const folder = await (prepared ??= makeContent(releases));
  fs.mkdirSync(stateDir, { recursive: true });
  const root = path.join(folder, "root");
  link(root, served);
  // The newest: it may be one minor ahead of an API server.
  link(path.join(root, "dl.k8s.io/release", versionTag(releases[0]!), "bin/linux/amd64"), toolsDir);

  const host = `${address}:${port}`;
  const script = [require.resolve("tsx"), path.join(__dirname, "server.ts"), served, address, String(port)];
  start(SERVICE, [process.execPath, "--import", ...script], serviceEnv);
  const answers = () => fetch(`http://${host}/v2/`).then((answer) => answer.ok);
  await waitFor(SERVICE, async () => !pidOf(SERVICE) || (await answers()), 30_000);
  if (!pidOf(SERVICE)) throw new Error(`${SERVICE} has ended: see .lab/log/${SERVICE}.log`);
  progress(`artifacts: http://${host}`);
  return mirrorAt(host, JSON.parse(fs.readFileSync(path.join(folder, "content.json"), "utf8")) as Content);
}

/** Points a link somewhere else, in one step. */
function link(to: string, name: string): void {
  fs.rmSync(`${name}.new`, { force: true });
  fs.symlinkSync(to, `${name}.new`);
  fs.renameSync(`${name}.new`, name);
}

function mirrorAt(host: string, { versions, sha256 }: Content): Mirror {
  const hosts = `server = "http://${host}"\n[host."http://${host}"]\n  capabilities = ["pull", "resolve"]\n`;
  return (release) => {
    const programs = versions[versionTag(release)];
    if (!programs)
      throw new Error(
        `The lab's mirror holds Kubernetes ${Object.keys(versions).join(", ")}, not ${versionTag(release)}`,
      );
    const { sandbox, coredns: dns } = imageReferences(release);
    return {
      artifacts: { baseUrl: `http://${host}`, sha256, versions: programs },
      images: { sandbox: `${host}/${sandbox}`, coredns: `${host}/${dns}` },
      extraFiles: [{ path: `/etc/containerd/certs.d/${host}/hosts.toml`, content: hosts, permissions: "0644" }],
    };
  };
}

/** Ends the mirror. The cache stays. */
export async function down(): Promise<void> {
  await stop(SERVICE, 1_000);
  for (const name of [served, toolsDir]) fs.rmSync(name, { force: true });
}
