import * as fs from "node:fs";
import * as path from "node:path";
import { longStep } from "../longStep";
import { cacheDir } from "../paths";
import { run } from "../shell";
import { digestOf, once } from "./cache";

/** Debian's, whatever else is first in PATH: its packages have modules for this one (libvirt), and uwsgi is linked with it. */
const PYTHON = "/usr/bin/python3";

/**
 * A virtual environment by its lock files, which pin every package and the digest of its archive: `requirements.txt`, and `build.txt` with
 * what source archives are built with.
 */
export interface PythonEnvironment {
  /** The folder of the lock files. */
  lock: string;
  /** Modules of Debian's own Python that it sees, by file name: bindings of a library have to be those of the library. */
  modules: readonly string[];
}

const lockFiles = (lock: string) => ["build.txt", "requirements.txt"].map((name) => path.join(lock, name));
const wheelsOf = (lock: string) => path.join(cacheDir, "python", `wheels-${digestOf([], lockFiles(lock))}`);

/** What the lock files decide, as a short name. */
export const lockDigest = (lock: string) => digestOf([], lockFiles(lock));

/** Where an environment is once it is made. Its programs know their place by its whole path, so that decides too. */
export function environmentAt({ lock, modules }: PythonEnvironment): string {
  return path.join(cacheDir, "python", `venv-${digestOf([cacheDir, modules], lockFiles(lock))}`);
}

/** Makes an environment unless the cache has it: its packages are downloaded and checked once for each lock. */
export async function makeEnvironment(environment: PythonEnvironment): Promise<string> {
  const target = environmentAt(environment);
  return once(target, async (temporary) => {
    const wheels = await downloadWheels(environment.lock);
    const files = fs.readdirSync(wheels).map((name) => path.join(wheels, name));
    await longStep(`pip installs ${files.length} packages`, async () => {
      await run(PYTHON, ["-m", "venv", temporary], { env: pipEnvironment });
      await pip(temporary, "install", "--no-index", "--no-deps", ...files);
    });
    const [library] = fs.readdirSync(path.join(temporary, "lib"));
    for (const name of environment.modules)
      fs.symlinkSync(
        path.join("/usr/lib/python3/dist-packages", name),
        path.join(temporary, "lib", library!, "site-packages", name),
      );
    movePrograms(path.join(temporary, "bin"), temporary, target);
  });
}

/** pip refuses an archive whose digest is not the lock's. A source archive is built here, once, with nothing but what the lock names. */
async function downloadWheels(lock: string): Promise<string> {
  const [build, requirements] = lockFiles(lock) as [string, string];
  const locked = (file: string) => ["--no-deps", "--require-hashes", "-r", file];
  return once(wheelsOf(lock), async (temporary) => {
    const builder = path.join(temporary, ".builder"); // inside, so that nothing else is left of a killed run
    const fetch = async () => {
      await run(PYTHON, ["-m", "venv", builder], { env: pipEnvironment });
      await pip(builder, "install", ...locked(build));
      await pip(builder, "wheel", "--no-build-isolation", "-w", temporary, ...locked(build), ...locked(requirements));
    };
    await longStep("pip downloads OpenStack's packages", fetch).finally(() =>
      fs.rmSync(builder, { recursive: true, force: true }),
    );
  });
}

/**
 * The caller's environment stays below: an index, a proxy or a certificate is the machine's business. Modules are compiled when they are
 * installed, whatever the caller says: every service would compile them at each start.
 */
const pipEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  PYTHONDONTWRITEBYTECODE: undefined,
  PYTHONUNBUFFERED: undefined,
  PYTHONPATH: undefined,
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_ROOT_USER_ACTION: "ignore",
};

const pip = (environment: string, command: string, ...args: string[]) =>
  run(
    path.join(environment, "bin/python"),
    ["-m", "pip", command, "--no-cache-dir", "--progress-bar", "off", "-q", ...args],
    { env: pipEnvironment, timeout: 1_800_000, log: "python" },
  );

/** Programs of an environment name its interpreter by the path at which it was made. */
export function movePrograms(folder: string, from: string, to: string): void {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (!entry.isFile()) continue; // the interpreter itself is a link
    const text = fs.readFileSync(file, "utf8");
    if (text.includes(from)) fs.writeFileSync(file, text.replaceAll(from, to));
  }
}
