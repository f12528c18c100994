import { ovnTool } from "../../lab/openstack";
import { outputs, planned, putHostRoutes, workers } from "./cloud";

/** Routes of somebody else's: to where nobody is, by an address that no node and no port gets. */
export const others = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ destination: `172.30.${n}.0/24`, nexthop: "10.106.1.199" }));

/** As many host routes as fit into option 121 beside those to metadata and gateway. */
export const MOST = 30;

/** Returns once the hypervisor, which answers DHCP, has what Neutron has been told. */
export const settled = () => ovnTool("ovn-nbctl", "--wait=hv", "sync");

/** What somebody does by hand: the stack's subnet has its own routes, and others to this number in all. */
export async function fillTo(total: number): Promise<void> {
  const own = planned(workers());
  await putHostRoutes(outputs().subnetId, [...others(total - own.length), ...own]);
  await settled();
}

/** Puts back what there was. */
export async function onlyOwn(): Promise<void> {
  await putHostRoutes(outputs().subnetId, planned(workers()));
  await settled();
}
