import * as fs from "node:fs";
import * as path from "node:path";
import { stateDir } from "../paths";

export type Props = Record<string, unknown>;

/** One resource that the driver made. */
export interface Entry {
  type: string;
  name: string;
  id: string;
  inputs: Props;
  outputs: Props;
  /** The option `replacementTrigger`: another value replaces the resource. */
  trigger?: unknown;
}

/** What the driver made for one stack, in the order of making; written after every step, so that a kill loses nothing. */
export class DriverState {
  readonly entries: Map<string, Entry>;
  private readonly file: string;

  constructor(stack: string) {
    this.file = path.join(stateDir, "stacks", `${stack}.json`);
    const stored = fs.existsSync(this.file) ? (JSON.parse(fs.readFileSync(this.file, "utf8")) as Entry[]) : [];
    this.entries = new Map(stored.map((entry) => [DriverState.key(entry), entry]));
  }

  static key({ type, name }: { type: string; name: string }): string {
    return `${type}::${name}`;
  }

  put(entry: Entry): void {
    const key = DriverState.key(entry);
    // A replaced resource moves to the end: what depends on it comes after it, and is deleted before it.
    this.entries.delete(key);
    this.entries.set(key, entry);
    this.save();
  }

  remove(key: string): void {
    this.entries.delete(key);
    this.save();
  }

  /** Atomic, and for root alone: keys are in it. */
  private save(): void {
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(`${this.file}.new`, JSON.stringify([...this.entries.values()], undefined, 1), { mode: 0o600 });
    fs.renameSync(`${this.file}.new`, this.file);
  }
}
