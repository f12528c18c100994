import * as path from "node:path";
import { build } from "esbuild";
import { digestOf, filesBelow, once } from "../build/cache";
import { cacheDir, root } from "../paths";

/** What the engine starts of the lab's: a file for each, which all of it is in. */
const PROGRAMS = ["main", "language"] as const;
export type PluginProgram = (typeof PROGRAMS)[number];

/** All sources are read for a digest: once in a process. */
let bundled: Promise<(program: PluginProgram) => string> | undefined;

/**
 * The lab's plugins, each in one file of JavaScript with all that it imports. Every command of the engine's starts five of them, and from
 * their sources each takes a second of a core before it answers, four times as long.
 * @returns the file of a program
 */
export const bundledPlugins = () => (bundled ??= bundle());

async function bundle(): Promise<(program: PluginProgram) => string> {
  // More than they import, so that nobody has to say what that is; packages by the lock file.
  const sources = ["components", "lab"].flatMap((folder) => filesBelow(path.join(root, folder)));
  const decisive = [...sources.filter((file) => file.endsWith(".ts")), path.join(root, "package-lock.json")];
  const folder = await once(path.join(cacheDir, "plugins", digestOf(PROGRAMS, decisive)), async (temporary) => {
    const entryPoints = PROGRAMS.map((program) => path.join(root, "lab/plugins", `${program}.ts`));
    await build({ entryPoints, outdir: temporary, bundle: true, platform: "node", logLevel: "error" });
  });
  return (program) => path.join(folder, `${program}.js`);
}
