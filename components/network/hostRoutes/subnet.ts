import { retried } from "../../openstack/retry";
import { Session } from "../../openstack/session";
import { readSubnet } from "../../openstack/subnet";
import { NeutronRoute, sameTable } from "./table";

/**
 * Replaces the table in one request, if it is still the one that the change was computed from: `If-Match` with the
 * subnet's revision (Neutron's revision-if-match extension) keeps two stacks on one subnet from undoing each other. Some
 * releases do not raise the revision for host routes alone, so the table is read back and, if need be, changed again; whoever
 * else is at it is given time.
 * Returns the table that was there before, undefined when there is no such subnet.
 * @throws Error when Neutron refuses (for example more than max_subnet_host_routes), or others keep changing the subnet.
 */
export async function changeRoutes(
  session: Session,
  subnetId: string,
  change: (found: readonly NeutronRoute[]) => NeutronRoute[],
): Promise<NeutronRoute[] | undefined> {
  let before: NeutronRoute[] | undefined;
  /** Writes and reads back. False: somebody came between. */
  const isSettled = async (): Promise<boolean> => {
    for (const written of [false, true]) {
      const subnet = await readSubnet(session, subnetId);
      before = subnet ? (before ?? subnet.host_routes) : undefined;
      if (!subnet) return true;
      const wanted = change(subnet.host_routes);
      if (sameTable(wanted, subnet.host_routes)) return true;
      if (written || !(await put(session, subnetId, subnet.revision_number, wanted))) return false;
    }
    return false;
  };
  return retried(async () => {
    const settled = await isSettled();
    return {
      result: () => {
        if (!settled)
          throw new Error(`Subnet ${subnetId} was changed by others over and over for 2 minutes: try again`);
        return before;
      },
      again: !settled,
    };
  });
}

/** False: the subnet has another revision by now. */
async function put(session: Session, id: string, revision: number, routes: NeutronRoute[]): Promise<boolean> {
  const wanted = { subnet: { host_routes: routes } };
  const headers = { "If-Match": `revision_number=${revision}` };
  const { status, body } = await session.call("network", "PUT", `/v2.0/subnets/${id}`, wanted, headers);
  if (status === 200 || status === 412) return status === 200;
  throw new Error(
    `Neutron answered ${status} to ${routes.length} host routes of subnet ${id}: ${JSON.stringify(body)}`,
  );
}
