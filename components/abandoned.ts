import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Tells the commands that end a server's time in service (objects/etcd/memberInService.ts) that these are left behind: nothing has to do without them,
 * for the cluster is begun anew. What a resource does when it is deleted is told by the state of the last update, so this one's word reaches it
 * by files of the user's own, on the machine that runs both. A server's id never comes a second time, so they may stay.
 */
export function noteAbandoned(ids: readonly string[], folder = process.env.TMPDIR ?? "/tmp"): void {
  for (const id of ids) {
    // Whoever has put something else there does not get it written to.
    fs.closeSync(fs.openSync(path.join(folder, `${ABANDONED}${id}`), "a", 0o600));
  }
}

/** What such a file's name begins with; a server's id follows. */
export const ABANDONED = "hostroute-abandoned-";
