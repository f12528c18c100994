import { Session } from "./session";

/** A service by what its operators call it. */
const CALLED: Record<string, string> = {
  compute: "Nova",
  image: "Glance",
  network: "Neutron",
  "load-balancer": "Octavia",
};
export const calledName = (service: string): string => CALLED[service] ?? "Cinder";

/** Services give a thousand items a page, unless their operators want fewer (for example Nova's `osapi_max_limit`). */
const MOST_PAGES = 100;

/**
 * All items of a list, page by page: whoever is missing would count as not there. Services name the next page each in its own way, and
 * all go on after the last item's id.
 * @param key the list's name in the answer
 * @param what the items in words, for errors
 * @throws Error when the service refuses
 */
export async function listed<T extends { id: string }>(
  session: Session,
  service: string,
  path: string,
  key: string,
  what = key.replaceAll("_", " "),
): Promise<T[]> {
  const found: T[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const last = found.at(-1);
    const asked = last ? `${path}${path.includes("?") ? "&" : "?"}marker=${last.id}` : path;
    const { status, body } = await session.call(service, "GET", asked);
    if (status !== 200)
      throw new Error(`${calledName(service)} answered ${status} for ${what}: ${JSON.stringify(body)}`);
    const answer = body as Record<string, unknown>;
    const items = answer[key] as T[];
    const links = (answer[`${key}_links`] ?? []) as { rel: string }[];
    found.push(...items);
    if (items.length === 0 || !(answer.next || links.some(({ rel }) => rel === "next"))) return found;
  }
  throw new Error(`${calledName(service)} has more than ${MOST_PAGES} pages of ${what}`);
}
