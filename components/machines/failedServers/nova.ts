import { listed } from "../../openstack/listed";
import { Session } from "../../openstack/session";
import { FailedServer } from "./judge";

export interface NovaServer {
  id: string;
  name: string;
  status: string;
  /** Null until it has run for the first time. */
  "OS-SRV-USG:launched_at"?: string | null;
  fault?: { message?: string };
  /** Newer microversions than the one that is asked for have the flavor itself. */
  flavor?: { id?: string };
  /** Empty for one that has a volume for its disk. */
  image?: { id?: string } | "";
  "OS-EXT-AZ:availability_zone"?: string;
}

/**
 * The servers in ERROR that have one of these names. Nova knows a server by its id, and the program's ids are in the state, which it
 * cannot read; so a name that more than one server of the project has says nothing, and none of those is among the result.
 * @throws Error when Nova refuses
 */
export async function failedServers(session: Session, names: readonly string[]): Promise<FailedServer[]> {
  const inError = (await servers(session, "status=ERROR")).filter(({ name }) => names.includes(name));
  const found: FailedServer[] = [];
  for (const { id, name, fault, "OS-SRV-USG:launched_at": launched } of inError) {
    if ((await serversNamed(session, name)).length > 1) continue;
    // A cloud that does not say whether it ran counts as one where it did.
    found.push({ id, name, hasRun: launched !== null, fault: fault?.message });
  }
  return found;
}

/** The project's servers of exactly this name. @throws Error when Nova refuses */
export async function serversNamed(session: Session, name: string): Promise<NovaServer[]> {
  // Nova takes it for a pattern that may match anywhere in a name.
  const alike = await servers(session, `name=${encodeURIComponent(name)}`);
  return alike.filter((server) => server.name === name);
}

/**
 * The project's servers that the query selects, all of them: Nova names the oldest last.
 * @throws Error when Nova refuses
 */
export const servers = (session: Session, query: string): Promise<NovaServer[]> =>
  listed<NovaServer>(session, "compute", `/servers/detail?${query}`, "servers", `servers with ${query}`);
