import { Session } from "../../openstack/session";
import { FailedServer } from "./judge";

interface NovaServer {
  id: string;
  name: string;
  status: string;
  /** Null until it has run for the first time. */
  "OS-SRV-USG:launched_at"?: string | null;
  fault?: { message?: string };
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

/** Nova gives a thousand servers a page, unless its operator wants fewer (`osapi_max_limit`). */
const MOST_PAGES = 100;

/**
 * The project's servers that the query selects, all of them: whoever is missing counts as not there, and Nova names the oldest last.
 * @throws Error when Nova refuses
 */
export async function servers(session: Session, query: string): Promise<NovaServer[]> {
  const found: NovaServer[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const last = found.at(-1);
    const path = `/servers/detail?${query}${last ? `&marker=${last.id}` : ""}`;
    const { status, body } = await session.call("compute", "GET", path);
    if (status !== 200) throw new Error(`Nova answered ${status} for servers with ${query}: ${JSON.stringify(body)}`);
    const { servers: more, servers_links: links = [] } = body as { servers: NovaServer[]; servers_links?: Link[] };
    found.push(...more);
    if (more.length === 0 || !links.some(({ rel }) => rel === "next")) return found;
  }
  throw new Error(`Nova has more than ${MOST_PAGES} pages of servers with ${query}`);
}

interface Link {
  rel: string;
}
