import * as fs from "node:fs";
import { etc } from "../../lab/openstack";
import { startService, waitForAnswer } from "../../lab/openstack/running";
import { stop } from "../../lab/shell";

const LIMIT = /^max_subnet_host_routes = \d+$/m;

/** What only the cloud's operator may do: Neutron stores so many host routes for a subnet from now on. */
export async function neutronAllows(routes: number): Promise<void> {
  const file = etc("neutron.conf");
  const text = fs.readFileSync(file, "utf8");
  if (!LIMIT.test(text)) throw new Error(`${file} sets no max_subnet_host_routes`);
  fs.writeFileSync(file, text.replace(LIMIT, `max_subnet_host_routes = ${routes}`));
  await stop("neutron-api");
  startService("neutron-api");
  await waitForAnswer("neutron-api");
}
