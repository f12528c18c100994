import { Session } from "./session";

/** A subnet as Neutron has it. */
export interface NeutronSubnet {
  network_id: string;
  ip_version: number;
  cidr: string;
  gateway_ip: string | null;
  enable_dhcp: boolean;
  dns_nameservers?: string[];
  allocation_pools: { start: string; end: string }[];
  host_routes: { destination: string; nexthop: string }[];
  revision_number: number;
}

/** The subnet; null where the project sees none of that id. @throws Error when Neutron refuses */
export async function readSubnet(session: Session, id: string): Promise<NeutronSubnet | null> {
  const { status, body } = await session.call("network", "GET", `/v2.0/subnets/${id}`);
  if (status === 404) return null;
  if (status !== 200) throw new Error(`Neutron answered ${status} for subnet ${id}: ${JSON.stringify(body)}`);
  return (body as { subnet: NeutronSubnet }).subnet;
}
