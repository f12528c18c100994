import { findCredentials } from "../openstack/credentials";
import { openSession } from "../openstack/session";
import { Expected, snapshotAge } from "./age";
import { readLatest } from "./store/swift";

/**
 * Asks the object store how old the last snapshot is. A store that cannot be asked is told of like a snapshot that is late: it is no reason to
 * doubt anything else.
 * @param config reads a key of the `openstack:` configuration
 * @returns one line
 */
export async function readSnapshotAge(
  expected: Expected,
  config: (key: string) => string | undefined,
): Promise<string> {
  const { container, folder: prefix } = expected;
  try {
    const session = await openSession(findCredentials(config));
    return snapshotAge(await readLatest(session, { container, prefix }), expected, Date.now());
  } catch (error) {
    return `Warning: the last snapshot of etcd is not known. ${error instanceof Error ? error.message : String(error)}`;
  }
}
