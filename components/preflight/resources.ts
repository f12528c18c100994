/** What a quota counts. */
export type Resource = Counted | "serverGroupMembers";
/** What the whole plan takes some of. */
export type Counted =
  | "instances"
  | "cores"
  | "ram"
  | "serverGroups"
  | "keyPairs"
  | "networks"
  | "subnets"
  | "routers"
  | "ports"
  | "securityGroups"
  | "securityGroupRules"
  | "floatingIps"
  | "loadBalancers"
  | "listeners"
  | "pools"
  | "members"
  | "healthMonitors"
  | "volumes"
  | "gigabytes";

interface Words {
  /** In words, after a number. */
  one: string;
  many: string;
  /** The option of `openstack quota set` that raises it; or of `openstack loadbalancer quota set`, for Octavia's. */
  option: string;
  balancing?: true;
}

const words = (noun: string, option: string): Words => ({ one: `more ${noun}`, many: `more ${noun}s`, option });
const measured = (unit: string, option: string): Words => ({ one: unit, many: unit, option });

export const RESOURCES: Record<Counted, Words> = {
  instances: words("server", "instances"),
  cores: words("vCPU", "cores"),
  ram: measured("MB more memory", "ram"),
  serverGroups: words("server group", "server-groups"),
  keyPairs: words("key pair", "key-pairs"),
  networks: words("network", "networks"),
  subnets: words("subnet", "subnets"),
  routers: words("router", "routers"),
  ports: words("port", "ports"),
  securityGroups: words("security group", "secgroups"),
  securityGroupRules: words("security group rule", "secgroup-rules"),
  floatingIps: words("floating IP", "floating-ips"),
  loadBalancers: { ...words("load balancer", "loadbalancer"), balancing: true },
  listeners: { ...words("listener", "listener"), balancing: true },
  pools: { ...words("pool", "pool"), balancing: true },
  members: { ...words("pool member", "member"), balancing: true },
  healthMonitors: { ...words("health monitor", "healthmonitor"), balancing: true },
  volumes: words("volume", "volumes"),
  gigabytes: measured("GiB more of volumes", "gigabytes"),
};
