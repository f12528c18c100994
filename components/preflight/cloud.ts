import * as pulumi from "@pulumi/pulumi";
import { findCredentials } from "../openstack/credentials";
import { openSession } from "../openstack/session";
import { ownStack } from "../ownStack";
import { Facts } from "./facts";
import { Needs } from "./needs";
import { readFacts } from "./read";

/** What a cloud says of what a plan depends on, and what could not be read, in words; undefined: nobody was asked. */
export type CloudReader = (needs: Needs) => Promise<{ facts: Facts; unread: string[] } | undefined>;

/** The stack's configuration, which the provider that makes the servers gets as well. */
const stackConfig = (key: string) => new pulumi.Config("openstack").get(key);

/**
 * Asks with the credentials that all is made with; in unit tests nobody. A cloud that takes no login is only noted: whatever goes on from there
 * fails by itself, and says why.
 * @param config reads a key of the `openstack:` configuration
 */
export async function readCloud(
  needs: Needs,
  config: (key: string) => string | undefined = stackConfig,
): ReturnType<CloudReader> {
  if (ownStack() === undefined) return undefined;
  try {
    return await readFacts(await openSession(findCredentials(config)), needs);
  } catch (reason) {
    return { facts: { quotas: {}, made: {} }, unread: [`anything: ${(reason as Error).message}`] };
  }
}
