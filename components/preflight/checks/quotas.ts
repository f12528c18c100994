import { demandOf } from "../demand";
import { Facts } from "../facts";
import { Check, counted, Finding } from "../finding";
import { Needs } from "../needs";
import { Counted, RESOURCES } from "../resources";

/** Where the configuration asks for it: the key, its value, and how to ask for less. */
interface Source {
  key: string;
  value?: unknown;
  less: string;
}

/** The project's room for everything that is still to be made. */
export const quotas: Check = (needs, facts) => [
  ...(Object.entries(demandOf(needs, facts)) as [Counted, number | undefined][]).flatMap(([resource, count]) =>
    count === undefined ? [] : short(needs, facts, resource, count),
  ),
  ...groupMembers(needs, facts),
];

function short(needs: Needs, { quotas: all, projectId }: Facts, resource: Counted, count: number): Finding[] {
  const quota = all[resource];
  // What there is already may stand beyond its quota, if that was lowered since.
  if (!quota || quota.limit < 0 || count <= 0 || quota.used + count <= quota.limit) return [];
  const { key, value, less } = sourceOf(needs, resource);
  const { one, many, option, balancing } = RESOURCES[resource];
  const command = `openstack ${balancing ? "loadbalancer " : ""}quota set`;
  return [
    {
      key,
      value,
      problem: `needs ${count} ${count === 1 ? one : many}, and of the project's quota of ${quota.limit}, ${quota.used} ${quota.used === 1 ? "is" : "are"} used`,
      remedy: `${less}, or ask the cloud's operator for more: ${command} --${option} ${quota.used + count} ${projectId ?? "PROJECT"}`,
    },
  ];
}

function sourceOf(needs: Needs, resource: Counted): Source {
  const { clusterName, network, keyPair, serverGroups, endpoint } = needs;
  switch (resource) {
    case "instances":
    case "ports":
      return { ...nodesOf(needs), less: "Use fewer nodes" };
    case "cores":
    case "ram":
      return { ...nodesOf(needs), less: "Use fewer nodes, or a smaller hostroute:workerPools[].flavor" };
    case "serverGroups":
      return {
        key: `${serverGroups[0]?.key}.serverGroup`,
        less: "Set it to none where servers may share a host",
      };
    case "keyPairs":
      return { key: "sshPublicKey", value: keyPair?.publicKey, less: "Delete key pairs that nobody uses" };
    case "networks":
    case "subnets":
      return { key: "network.cidr", value: network.cidr, less: "Use an existing subnet (hostroute:network.subnetId)" };
    case "routers":
      return {
        key: "network.externalNetwork",
        value: network.externalNetwork,
        less: "Delete routers that nobody uses, or use an existing subnet",
      };
    case "floatingIps":
      return {
        key: "network.externalNetwork",
        value: network.externalNetwork,
        less: "Release floating IPs that nobody uses, or set hostroute:apiEndpoint.floatingIp to false",
      };
    case "loadBalancers":
    case "listeners":
    case "pools":
    case "members":
    case "healthMonitors":
      return {
        key: "apiEndpoint.kind",
        value: endpoint?.kind,
        less: "Delete load balancers that nobody uses, or choose vip",
      };
    case "securityGroups":
      return { key: "clusterName", value: clusterName, less: "Delete security groups that nobody uses" };
    case "securityGroupRules":
      return { key: "access", less: "List fewer ranges there" };
    default: {
      const role = needs.roles.find(({ rootVolume }) => rootVolume)!;
      return { key: `${role.key}.rootVolume.size`, value: role.rootVolume?.size, less: "Use fewer or smaller volumes" };
    }
  }
}

/** The key that most nodes come from, with how many there are. */
function nodesOf({ roles }: Needs): Pick<Source, "key" | "value"> {
  const of = (workers: boolean) =>
    roles.flatMap(({ key, servers }) => ((key !== "controlPlane") === workers ? servers : [])).length;
  const [workers, others] = [counted(of(true), "worker"), counted(of(false), "control-plane node")];
  return of(true) > 0
    ? { key: "workerPools", value: `with ${workers} beside ${others}` }
    : { key: "controlPlane.count", value: of(false) };
}

/** A server that comes into a group counts all of its members; those that run are not moved, and stay where they are. */
function groupMembers(
  { serverGroups, maxServerGroupMembers }: Needs,
  { quotas: { serverGroupMembers: quota }, made: { servers }, projectId }: Facts,
): Finding[] {
  if (!quota || quota.limit < 0 || !servers) return [];
  const there = servers.map(({ name }) => name);
  const over = serverGroups.filter((group) => group.servers.some((name) => !there.includes(name)));
  const most = Math.max(0, ...over.map((group) => group.servers.length));
  if (most <= quota.limit) return [];
  return [
    {
      key: "maxServerGroupMembers",
      value: maxServerGroupMembers,
      problem: `puts ${most} servers into one server group, and the project's quota is ${quota.limit}`,
      remedy: `Set it to ${quota.limit}, or ask the cloud's operator for more: openstack quota set --server-group-members ${most} ${projectId ?? "PROJECT"}`,
    },
  ];
}
