import * as pulumi from "@pulumi/pulumi";
import { findCredentials } from "../../openstack/credentials";
import { openSession } from "../../openstack/session";
import { servers } from "../failedServers/nova";

/** The names of a cluster's servers that are there and may be in service; undefined: not known. */
export type ServersReader = (clusterName: string) => Promise<ReadonlySet<string> | undefined>;

/** The stack's configuration, which the provider that makes the servers gets as well. */
const stackConfig = (key: string) => new pulumi.Config("openstack").get(key);

/**
 * Asks Nova. It goes by names, since the ids are in the state, which the program cannot read: a stranger of the same name only makes a new
 * server wait for its turn. One in ERROR is replaced like one that is missing: others may not get into service before. Where Nova cannot be asked, FailedServers says why, and fails the update.
 * @param config reads a key of the `openstack:` configuration
 */
export async function readServers(
  clusterName: string,
  config: (key: string) => string | undefined = stackConfig,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const session = await openSession(findCredentials(config));
    const found = await servers(session, `name=${encodeURIComponent(`^${clusterName}-`)}`);
    return new Set(found.filter(({ status }) => status !== "ERROR").map(({ name }) => name));
  } catch {
    return undefined;
  }
}
