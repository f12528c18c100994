import { CloudSession } from "../../openstack/session";
import { Facts } from "../facts";
import { Needs } from "../needs";
import { readCinder } from "./cinder";
import { readGlance } from "./glance";
import { readNeutron } from "./neutron";
import { readNova } from "./nova";
import { answerOf, Reader, tried } from "./reader";

/**
 * Asks a cloud for everything that a plan depends on, and changes nothing.
 * @returns the facts, and what could not be read, in words
 */
export async function readFacts(session: CloudSession, needs: Needs): Promise<{ facts: Facts; unread: string[] }> {
  const reader: Reader = { session, unread: [] };
  const [nova, neutron, glance, balancerProviders] = await Promise.all([
    readNova(reader, needs),
    readNeutron(reader, needs),
    readGlance(reader, needs),
    needs.endpoint?.provider === undefined
      ? undefined
      : tried(reader, "Octavia's providers", () => readProviders(reader)),
  ]);
  const { volumesOf, ...cinder } = await readCinder(reader, needs);
  const servers = nova.made.servers?.map((server) =>
    volumesOf ? { ...server, volumes: volumesOf(server.id) } : server,
  );
  const facts: Facts = {
    ...nova,
    ...neutron,
    ...glance,
    ...cinder,
    quotas: { ...nova.quotas, ...neutron.quotas, ...cinder.quotas },
    made: { ...nova.made, ...neutron.made, ...(servers ? { servers } : {}) },
    ...(balancerProviders ? { balancerProviders } : {}),
    ...(session.projectId === undefined ? {} : { projectId: session.projectId }),
  };
  return { facts, unread: reader.unread.sort() };
}

async function readProviders(reader: Reader): Promise<string[]> {
  const { providers } = await answerOf<{ providers: { name: string }[] }>(
    reader,
    "load-balancer",
    "/v2.0/lbaas/providers",
  );
  return providers.map(({ name }) => name);
}
