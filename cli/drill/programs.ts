import * as fs from "node:fs";
import * as path from "node:path";
import { Programs } from "./etcd";

const NAMES = ["etcd", "etcdutl"] as const;

/** etcd's programs on the PATH. @throws Error that says where to get those that are missing */
export function findPrograms(searched = process.env.PATH ?? ""): Programs {
  const found = NAMES.map((name) =>
    searched
      .split(":")
      .map((folder) => path.join(folder, name))
      .find(executable),
  );
  const missing = NAMES.filter((_, i) => found[i] === undefined);
  if (missing.length > 0)
    throw new Error(
      `Not on the PATH of this machine: ${missing.join(", ")}. Both are in the archive of etcd 3.5 or later: https://github.com/etcd-io/etcd/releases`,
    );
  return { etcd: found[0]!, etcdutl: found[1]! };
}

function executable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
