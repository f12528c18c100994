import * as pulumi from "@pulumi/pulumi";
import { findCredentials } from "../../openstack/credentials";
import { openSession } from "../../openstack/session";
import { NeutronRoute } from "../hostRoutes/table";
import { readRouter } from "./router";

/** Reads all routes that a router has now, those of others included. */
export type RouterRoutesReader = (routerId: string) => Promise<NeutronRoute[]>;

/** The stack's configuration, which the provider that writes the routes gets as well. */
const stackConfig = (key: string) => new pulumi.Config("openstack").get(key);

/**
 * Asks Neutron, with the credentials that the routes are written with.
 * @param config reads a key of the `openstack:` configuration
 * @throws Error when Neutron cannot be asked, or knows no such router
 */
export async function readRouterRoutes(
  routerId: string,
  config: (key: string) => string | undefined = stackConfig,
): Promise<NeutronRoute[]> {
  const found = await readRouter(await openSession(findCredentials(config)), routerId);
  if (!found) throw new Error(`Neutron has no router ${routerId}`);
  return found;
}
