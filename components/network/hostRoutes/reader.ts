import * as pulumi from "@pulumi/pulumi";
import { findCredentials } from "../../openstack/credentials";
import { openSession } from "../../openstack/session";
import { readSubnet } from "../../openstack/subnet";
import { NeutronRoute } from "./table";

/** Reads all host routes that a subnet has now, those of others included. */
export type HostRoutesReader = (subnetId: string) => Promise<NeutronRoute[]>;

/** The stack's configuration, which the provider that writes the routes gets as well. */
const stackConfig = (key: string) => new pulumi.Config("openstack").get(key);

/**
 * Asks Neutron, with the credentials that the routes are written with.
 * @param config reads a key of the `openstack:` configuration
 * @throws Error when Neutron cannot be asked, or knows no such subnet
 */
export async function readHostRoutes(
  subnetId: string,
  config: (key: string) => string | undefined = stackConfig,
): Promise<NeutronRoute[]> {
  const subnet = await readSubnet(await openSession(findCredentials(config)), subnetId);
  if (!subnet) throw new Error(`Neutron has no subnet ${subnetId}`);
  return subnet.host_routes;
}
