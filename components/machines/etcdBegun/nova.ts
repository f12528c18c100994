import { Session } from "../../openstack/session";
import { serversNamed } from "../failedServers/nova";
import { MemberServer } from "./judge";

/** The servers of these names, and whether each has ever run. @throws Error when Nova refuses */
export async function serversOf(session: Session, names: readonly string[]): Promise<MemberServer[]> {
  const found = await Promise.all(names.map((name) => serversNamed(session, name)));
  return found.flat().map((server) => ({
    id: server.id,
    name: server.name,
    // A cloud that does not say whether it ran counts as one where it did.
    hasRun: server["OS-SRV-USG:launched_at"] !== null,
  }));
}
