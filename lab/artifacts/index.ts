import * as fs from "node:fs";
import * as path from "node:path";
import type { SettingsInput } from "../../components/settings/schema";
import { digestOf, filesBelow, once } from "../build/cache";
import { debianPackages } from "../build/debian";
import { binaryOf, build } from "../build/golang";
import { publicNetwork, serviceEnv } from "../openstack";
import { cacheDir, stateDir } from "../paths";
import { pidOf, progress, start, stop, waitFor } from "../shell";
import { layOutFiles, programs, upstreamFiles, versions } from "./content";
import { layOutImages } from "./images";
import { chooseOrigins } from "./origins";

const SERVICE = "artifacts";
/** What the server serves; a link, so that new content does not interrupt a running server. */
const served = path.join(stateDir, "artifacts");

/** Programs that the operator's machine needs beside Pulumi: kubectl. */
export const toolsDir = path.join(served, "dl.k8s.io/release/v1.34.1/bin/linux/amd64");

/** What the mirror holds, as written beside it. */
interface Content extends Pick<Mirror["settings"]["artifacts"], "versions" | "sha256"> {
  images: Record<string, string>;
}

/** The running mirror, and what the stack's configuration must say to use it. */
export interface Mirror {
  settings: {
    artifacts: NonNullable<SettingsInput["artifacts"]>;
    images: { sandbox: string };
    /** For the control plane and for every worker pool: containerd speaks HTTPS to a registry unless told. */
    extraFiles: { path: string; content: string; permissions: string }[];
  };
  /** Further images that pods may use. */
  images: { coredns: string; tools: string };
}

/**
 * Downloads or builds everything that is not yet in the cache. Building takes some six minutes at first, seconds after that. Needs
 * nothing of OpenStack, and may run beside its start.
 */
export async function prepare(): Promise<void> {
  await (prepared ??= makeContent());
}

/** Also `up` waits for it: a second build in one process would meet the first. */
let prepared: Promise<string> | undefined;

async function makeContent(): Promise<string> {
  const origins = await chooseOrigins();
  const debian = (await debianPackages()).map(({ file }) => file);
  const parts = [...debian, ...programs(origins).map(binaryOf)].map((file) => path.basename(file));
  const code = filesBelow(__dirname).filter((file) => file.endsWith(".ts"));
  const digest = digestOf([parts, await upstreamFiles(origins)], code);
  return once(path.join(cacheDir, `artifacts-${digest}`), async (temporary) => {
    for (const program of programs(origins)) await build(program);
    const root = path.join(temporary, "root");
    const scratch = path.join(temporary, "scratch");
    fs.mkdirSync(scratch, { recursive: true });
    const content: Content = {
      versions: await versions(origins),
      sha256: await layOutFiles(root, scratch, origins),
      images: await layOutImages(root, scratch),
    };
    fs.rmSync(scratch, { recursive: true });
    fs.writeFileSync(path.join(temporary, "content.json"), JSON.stringify(content, undefined, 1));
    progress(`artifacts: complete, with the images ${Object.values(content.images).join(", ")}`);
  });
}

/** Starts the mirror, on the machine's address in the lab's external network: nodes reach it through their router. */
export async function up(address = publicNetwork.gateway, port = 8080): Promise<Mirror> {
  const folder = await (prepared ??= makeContent());
  fs.mkdirSync(stateDir, { recursive: true });
  fs.rmSync(`${served}.new`, { force: true });
  fs.symlinkSync(path.join(folder, "root"), `${served}.new`);
  fs.renameSync(`${served}.new`, served);

  const host = `${address}:${port}`;
  const script = [require.resolve("tsx"), path.join(__dirname, "server.ts"), served, address, String(port)];
  start(SERVICE, [process.execPath, "--import", ...script], serviceEnv);
  const answers = () => fetch(`http://${host}/v2/`).then((answer) => answer.ok);
  await waitFor(SERVICE, async () => !pidOf(SERVICE) || (await answers()), 30_000);
  if (!pidOf(SERVICE)) throw new Error(`${SERVICE} has ended: see .lab/log/${SERVICE}.log`);
  progress(`artifacts: http://${host}`);
  return mirrorAt(host, JSON.parse(fs.readFileSync(path.join(folder, "content.json"), "utf8")) as Content);
}

function mirrorAt(host: string, { versions, sha256, images }: Content): Mirror {
  const image = (name: string) => `${host}/${images[name]}`;
  const hosts = `server = "http://${host}"\n[host."http://${host}"]\n  capabilities = ["pull", "resolve"]\n`;
  return {
    settings: {
      artifacts: { baseUrl: `http://${host}`, sha256, versions },
      images: { sandbox: image("pause") },
      extraFiles: [{ path: `/etc/containerd/certs.d/${host}/hosts.toml`, content: hosts, permissions: "0644" }],
    },
    images: { coredns: image("coredns"), tools: image("tools") },
  };
}

/** Ends the mirror. The cache stays. */
export async function down(): Promise<void> {
  await stop(SERVICE, 1_000);
  fs.rmSync(served, { force: true });
}
