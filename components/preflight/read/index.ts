import { CloudSession } from "../../openstack/session";
import { Facts } from "../facts";
import { Needs } from "../needs";
import { readCinder } from "./cinder";
import { readGlance } from "./glance";
import { readNeutron } from "./neutron";
import { readNova } from "./nova";
import { readOctavia } from "./octavia";
import { Reader } from "./reader";

/**
 * Asks a cloud for everything that a plan depends on, and changes nothing.
 * @returns the facts, and what could not be read, in words
 */
export async function readFacts(session: CloudSession, needs: Needs): Promise<{ facts: Facts; unread: string[] }> {
  const reader: Reader = { session, unread: [] };
  const [nova, neutron, glance, octavia] = await Promise.all([
    readNova(reader, needs),
    readNeutron(reader, needs),
    readGlance(reader, needs),
    readOctavia(reader, needs),
  ]);
  const { volumesOf, ...cinder } = await readCinder(reader, needs);
  const { balancer, ...ofBalancers } = octavia;
  const servers = nova.made.servers?.map((server) =>
    volumesOf ? { ...server, volumes: volumesOf(server.id) } : server,
  );
  const facts: Facts = {
    ...nova,
    ...neutron,
    ...glance,
    ...cinder,
    ...ofBalancers,
    quotas: { ...nova.quotas, ...neutron.quotas, ...cinder.quotas, ...octavia.quotas },
    made: { ...nova.made, ...neutron.made, ...(servers ? { servers } : {}), ...(balancer ? { balancer } : {}) },
    ...(session.projectId === undefined ? {} : { projectId: session.projectId }),
  };
  return { facts, unread: reader.unread.sort() };
}
