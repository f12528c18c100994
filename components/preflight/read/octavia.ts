import { listed } from "../../openstack/listed";
import { Balancer, Facts } from "../facts";
import { Needs } from "../needs";
import { answerOf, quota, Reader, tried } from "./reader";

interface LoadBalancer {
  id: string;
  name: string;
  vip_port_id: string;
  listeners: object[];
}
interface Pool {
  id: string;
  loadbalancers: { id: string }[];
  members: object[];
  healthmonitor_id: string | null;
}
/** -1: without limit, which is Octavia's default. */
type Limits = Partial<Record<"loadbalancer" | "listener" | "pool" | "member" | "healthmonitor", number | null>>;
type BalancerFacts = Pick<Facts, "quotas" | "balancerProviders"> & { balancer?: Balancer };

const SERVICE = "load-balancer";

/** Octavia's providers and quotas, and what there is of the API's balancer, where one is planned. */
export async function readOctavia(reader: Reader, { clusterName, endpoint }: Needs): Promise<BalancerFacts> {
  if (endpoint?.kind !== "octavia") return { quotas: {} };
  const { session } = reader;
  const own = session.projectId === undefined ? "" : `?project_id=${session.projectId}`;
  const list = <T extends { id: string }>(kind: string) =>
    listed<T>(session, SERVICE, `/v2.0/lbaas/${kind}${own}`, kind);
  const [providers, limits, there] = await Promise.all([
    endpoint.provider === undefined ? undefined : tried(reader, "Octavia's providers", () => readProviders(reader)),
    tried(reader, "Octavia's quotas", () => readLimits(reader)),
    tried(reader, "load balancers", () => Promise.all([list<LoadBalancer>("loadbalancers"), list<Pool>("pools")])),
  ]);
  const used = there && counted(...there);
  const of = (limit: number | null | undefined, count: number | undefined) => quota(limit ?? undefined, count);
  return {
    ...(providers ? { balancerProviders: providers } : {}),
    ...(there ? { balancer: balancerOf(`${clusterName}-api`, ...there) } : {}),
    quotas: limits
      ? {
          loadBalancers: of(limits.loadbalancer, there?.[0].length),
          listeners: of(limits.listener, used?.listeners),
          pools: of(limits.pool, used?.pools),
          members: of(limits.member, used?.members),
          healthMonitors: of(limits.healthmonitor, used?.healthMonitors),
        }
      : {},
  };
}

async function readProviders(reader: Reader): Promise<string[]> {
  interface Answer {
    providers: { name: string }[];
  }
  return (await answerOf<Answer>(reader, SERVICE, "/v2.0/lbaas/providers")).providers.map(({ name }) => name);
}

async function readLimits(reader: Reader): Promise<Limits> {
  const { projectId } = reader.session;
  if (projectId === undefined) throw new Error("Keystone names no project that the credentials are for");
  return (await answerOf<{ quota: Limits }>(reader, SERVICE, `/v2.0/lbaas/quotas/${projectId}`)).quota;
}

/** Octavia tells limits, and not what is used. */
const counted = (balancers: readonly LoadBalancer[], pools: readonly Pool[]) => ({
  listeners: balancers.reduce((sum, { listeners }) => sum + listeners.length, 0),
  pools: pools.length,
  members: pools.reduce((sum, { members }) => sum + members.length, 0),
  healthMonitors: pools.filter(({ healthmonitor_id }) => healthmonitor_id).length,
});

function balancerOf(name: string, balancers: readonly LoadBalancer[], pools: readonly Pool[]): Balancer {
  const own = balancers.filter((balancer) => balancer.name === name);
  const inside = pools.filter(({ loadbalancers }) =>
    loadbalancers.some(({ id }) => own.some((each) => each.id === id)),
  );
  return { portIds: own.map(({ vip_port_id }) => vip_port_id), loadBalancers: own.length, ...counted(own, inside) };
}
