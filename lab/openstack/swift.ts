import * as fs from "node:fs";
import * as path from "node:path";
import { etcDir, stateDir } from "../paths";
import { run } from "../shell";
import { once } from "./configs";
import { venv } from "./environment";
import { startService } from "./running";
import { serviceEnv } from "./services";
import { objectStore, storagePorts } from "./swiftServices";

/** The one device: a folder where the servers look for devices (`devices` in their configurations). */
const device = "disk";

/** Starts the object store and waits for nothing of it: it asks Keystone only when somebody comes with a token. May be repeated. */
export async function startObjectStore(): Promise<void> {
  await once("rings", () => {
    fs.mkdirSync(path.join(stateDir, "swift", device), { recursive: true });
    const servers = Object.entries(storagePorts).map(([kind, port]) => `${kind}:${port}`);
    const script = [path.join(__dirname, "swift-rings.py"), etcDir, device, ...servers];
    return run(path.join(venv, "bin/python"), script, { env: serviceEnv, log: "swift-rings" });
  });
  Object.keys(objectStore).forEach(startService);
}
