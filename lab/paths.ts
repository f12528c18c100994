import * as os from "node:os";
import * as path from "node:path";

/** The checkout. */
export const root = path.resolve(__dirname, "..");

/** Everything the lab writes while it lives: configurations, databases, logs, pid files. Ignored by git, removed by `down`. */
export const stateDir = path.join(root, ".lab");
export const logDir = path.join(stateDir, "log");
export const runDir = path.join(stateDir, "run");
export const etcDir = path.join(stateDir, "etc");

/** What is worth keeping between labs, always filed under a digest of what it was made from: packages, databases, images. */
export const cacheDir =
  process.env.HOSTROUTE_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "hostroute");
