import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parsed, WrittenFile } from "./documents";

/** A folder that a document's files are laid out in, as cloud-init does it on a node. */
export class NodeRoot {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-node-"));
  readonly files: WrittenFile[];

  constructor(text: string) {
    this.files = parsed(text).write_files;
    for (const { path, content, permissions } of this.files) this.write(path, content, parseInt(permissions, 8));
  }

  write(file: string, content: string, mode = 0o644): void {
    fs.mkdirSync(path.dirname(this.path(file)), { recursive: true });
    fs.writeFileSync(this.path(file), content, { mode });
  }

  /** Where a file of the node stands on this machine. */
  path(file: string): string {
    return path.join(this.folder, file);
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true });
  }
}
