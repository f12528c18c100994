import { retried } from "../../openstack/retry";
import { Session } from "../../openstack/session";

/** How long a deletion may take: an amphora has to be deleted, and whatever was under way before is waited for. */
const LONGEST = 600_000;

interface LoadBalancer {
  provisioning_status: string;
}

/**
 * Deletes a load balancer with all that is in it, whoever put it there, and waits until it is gone. Octavia refuses to delete one that has
 * children without `cascade` (octavia/api/v2/controllers/load_balancer.py: "it has children"), and any while it is PENDING.
 * @throws Error when Octavia refuses, or it is still there after ten minutes
 */
export async function removeWithChildren(session: Session, id: string): Promise<void> {
  const path = `/v2.0/lbaas/loadbalancers/${id}`;
  const ask = async (method: string, query = "") => {
    const { status, body } = await session.call("load-balancer", method, `${path}${query}`);
    // 409: something is under way.
    if (status >= 400 && status !== 404 && status !== 409)
      throw new Error(`Octavia answered ${status} to ${method} of load balancer ${id}: ${JSON.stringify(body)}`);
    return status === 200 ? (body as { loadbalancer: LoadBalancer }).loadbalancer.provisioning_status : undefined;
  };
  await retried(async () => {
    const status = await ask("GET");
    const gone = status === undefined || status === "DELETED";
    if (!gone && !status.startsWith("PENDING_")) await ask("DELETE", "?cascade=true");
    return {
      result: () => {
        if (!gone) throw new Error(`Load balancer ${id} is still ${status} after ten minutes of deleting it`);
      },
      again: !gone,
    };
  }, LONGEST);
}
