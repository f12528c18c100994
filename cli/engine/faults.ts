import { servers } from "../../components/machines/failedServers/nova";
import { findCredentials } from "../../components/openstack/credentials";
import { openSession } from "../../components/openstack/session";

/** An update has failed already: whoever waits for its end need not wait for an API that is away. */
const AT_MOST = 15_000;

/**
 * Nova's own words for a cluster's servers in ERROR, which the OpenStack provider does not hand on ("unexpected state 'ERROR'"). None where
 * Nova does not say within a quarter of a minute.
 * @param config reads a key of the `openstack:` configuration
 */
export async function faults(clusterName: string, config: (key: string) => string | undefined): Promise<string[]> {
  const asked = async () => {
    const session = await openSession(findCredentials(config));
    const found = await servers(session, `status=ERROR&name=${encodeURIComponent(`^${clusterName}-`)}`);
    return found.map(({ name, fault }) => `Nova says of ${name}: ${fault?.message ?? "in ERROR, without a reason"}`);
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string[]>((resolve) => (timer = setTimeout(() => resolve([]), AT_MOST)));
  try {
    return await Promise.race([asked().catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
}
