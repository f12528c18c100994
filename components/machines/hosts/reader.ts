import * as pulumi from "@pulumi/pulumi";
import { findCredentials } from "../../openstack/credentials";
import { openSession } from "../../openstack/session";

/** For each server what tells its host from others; undefined for one that is on none, or is not there. */
export type HostsReader = (serverIds: readonly string[]) => Promise<(string | undefined)[]>;

/** The stack's configuration, which the provider that makes the servers gets as well. */
const stackConfig = (key: string) => new pulumi.Config("openstack").get(key);

/**
 * Asks Nova, which does not tell a user the host's name, but a digest of it with the project's id (`hostId`).
 * @param config reads a key of the `openstack:` configuration
 * @throws Error when Nova cannot be asked
 */
export async function readHosts(
  serverIds: readonly string[],
  config: (key: string) => string | undefined = stackConfig,
): Promise<(string | undefined)[]> {
  const session = await openSession(findCredentials(config));
  const ask = async (id: string) => {
    const { status, body } = await session.call("compute", "GET", `/servers/${id}`);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`Nova answered ${status} for server ${id}: ${JSON.stringify(body)}`);
    const { hostId } = (body as { server: { hostId?: string } }).server;
    return hostId === "" ? undefined : hostId;
  };
  return Promise.all(serverIds.map(ask));
}
