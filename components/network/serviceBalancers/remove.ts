import { NOT_IN_CATALOG, Session } from "../../openstack/session";
import { removeWithChildren } from "../apiEndpoint/octavia";

interface LoadBalancer {
  id: string;
  name: string;
  description?: string | null;
}

/** How the cloud controller begins the name of a Service's balancer (cloud-provider-openstack, pkg/openstack/loadbalancer.go). */
const OF_SERVICES = "kube_service_";

/**
 * Deletes the balancers that Services have left in a subnet, and waits until they are gone; floating IPs are left, since somebody may have
 * published them. Also the API's own, which the OpenStack provider does not know of when it never became ACTIVE
 * (resource_openstack_lb_loadbalancer_v2.go sets the id after the wait).
 * @param own the description of the API's own
 * @throws Error that lists whatever else is there: Neutron would keep the subnet for it, and the operator would wait for nothing
 */
export async function removeServiceBalancers(session: Session, subnetId: string, own: string): Promise<void> {
  const found = await balancersIn(session, subnetId);
  const goes = ({ name, description }: LoadBalancer) => name.startsWith(OF_SERVICES) || description === own;
  await Promise.all(found.filter(goes).map(({ id }) => removeWithChildren(session, id)));
  const others = found.filter((each) => !goes(each));
  if (others.length === 0) return;
  throw new Error(
    others
      .map(
        ({ name, id }) =>
          `Load balancer ${name} (${id}) is in the stack's subnet ${subnetId}, and neither the stack's nor a Service's.\n` +
          `  Delete it with "openstack loadbalancer delete --cascade ${id}", and destroy the stack again.`,
      )
      .join("\n"),
  );
}

async function balancersIn(session: Session, subnetId: string): Promise<LoadBalancer[]> {
  const path = `/v2.0/lbaas/loadbalancers?vip_subnet_id=${subnetId}`;
  try {
    const { status, body } = await session.call("load-balancer", "GET", path);
    if (status === 200) return (body as { loadbalancers: LoadBalancer[] }).loadbalancers;
    throw new Error(`Octavia answered ${status} to GET of the load balancers in ${subnetId}: ${JSON.stringify(body)}`);
  } catch (error) {
    if ((error as { code?: string }).code === NOT_IN_CATALOG) return [];
    throw error;
  }
}
