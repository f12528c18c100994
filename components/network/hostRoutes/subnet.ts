import { Session } from "../../openstack/session";
import { NeutronRoute, sameTable } from "./table";

interface Subnet {
  host_routes: NeutronRoute[];
  revision_number: number;
}

const ATTEMPTS = 10;

/** The subnet's host routes; undefined when there is no such subnet any more. @throws Error for any other refusal. */
export async function readSubnet(session: Session, subnetId: string): Promise<Subnet | undefined> {
  const { status, body } = await session.call("network", "GET", `/v2.0/subnets/${subnetId}`);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`Neutron answered ${status} for subnet ${subnetId}: ${JSON.stringify(body)}`);
  return (body as { subnet: Subnet }).subnet;
}

/**
 * Replaces the table in one request, if it is still the one that the change was computed from: `If-Match` with the
 * subnet's revision (Neutron's revision-if-match extension) keeps two stacks on one subnet from undoing each other. Some
 * releases do not raise the revision for host routes alone, so the table is read back and, if need be, changed again.
 * Returns the table that was there before, undefined when there is no such subnet.
 * @throws Error when Neutron refuses (for example more than max_subnet_host_routes), or others keep changing the subnet.
 */
export async function changeRoutes(
  session: Session,
  subnetId: string,
  change: (found: readonly NeutronRoute[]) => NeutronRoute[],
): Promise<NeutronRoute[] | undefined> {
  let before: NeutronRoute[] | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const subnet = await readSubnet(session, subnetId);
    if (!subnet) return undefined;
    before ??= subnet.host_routes;
    const wanted = change(subnet.host_routes);
    if (sameTable(wanted, subnet.host_routes)) return before;
    const { status, body } = await session.call(
      "network",
      "PUT",
      `/v2.0/subnets/${subnetId}`,
      { subnet: { host_routes: wanted } },
      { "If-Match": `revision_number=${subnet.revision_number}` },
    );
    if (status !== 200 && status !== 412) {
      throw new Error(
        `Neutron answered ${status} to ${wanted.length} host routes of subnet ${subnetId}: ${JSON.stringify(body)}`,
      );
    }
  }
  throw new Error(`Subnet ${subnetId} was changed by others ${ATTEMPTS} times in a row: try again`);
}
