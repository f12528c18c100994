import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { shipped } from "../../components/cloudinit/shipped";

/** The nodes' scripts as they lie in the repository, with comments. */
export const SOURCES = path.join(__dirname, "../../components/cloudinit/files");
export const names = fs.readdirSync(SOURCES);

/** As nodes get them, by name. */
export const scripts = new Map(names.map((name): [string, string] => [name, shipped(name)]));

/** A folder with all of them as nodes get them, until the tests of the file that asks for it have ended. */
export function scriptFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-scripts-"));
  for (const [name, content] of scripts) fs.writeFileSync(path.join(folder, name), content, { mode: 0o755 });
  afterAll(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}
