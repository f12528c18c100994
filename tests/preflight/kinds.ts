import { Facts } from "../../components/preflight/facts";
import { Raw } from "../fixtures";
import { EXISTING, GIB, GROUP_ID, NETWORK_ID, SUBNET_ID } from "./cloud";
import { routerKinds } from "./routerKinds";

/** One thing that can be wrong: a plan that fits, what changes in the cloud, and all that is said then. */
export interface Kind {
  name: string;
  raw: Raw;
  /** The cloud that has a subnet for it. */
  existing?: true;
  change: (facts: Facts) => void;
  says: string;
  warning?: true;
}

const PLAIN: Raw = {};
const ALONE: Raw = { workerPools: [] };
const OUTSIDE: Raw = { network: { externalNetwork: "public" } };
const VOLUMES: Raw = { workerPools: [{ name: "worker", count: 2, rootVolume: { size: 20, type: "ssd" } }] };
const OWN: Raw = { network: { ...EXISTING, externalNetwork: "public" } };
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJcV1nVfCYjwOTPMxbTZ8CTi0XqlaEOCzSFYdUyQy3lV";
const raise = (option: string, to: number) =>
  `or ask the cloud's operator for more: openstack quota set --${option} ${to} project-id`;
const without = (alias: string) => (facts: Facts) =>
  (facts.extensions = facts.extensions!.filter((each) => each !== alias));
const extension = (key: string, alias: string, why: string) =>
  `hostroute:${key} needs Neutron's extension ${alias}, ${why}, and this cloud does not have it.\n  Ask the cloud's operator for it.`;
const image = (more: object) => (facts: Facts) => Object.assign(facts.images![0]!, more);
const pool = (more: object): Raw => ({
  controlPlane: { flavor: "m1.small" },
  workerPools: [{ name: "worker", count: 2, ...more }],
});

const BALANCED: Raw = { apiEndpoint: { kind: "octavia" } };
const balancing = (what: string, used: number, option: string) =>
  `hostroute:apiEndpoint.kind octavia needs 1 more ${what}, and of the project's quota of ${used}, ${used} ${used === 1 ? "is" : "are"} used.\n  Delete load balancers that nobody uses, or choose vip, or ask the cloud's operator for more: openstack loadbalancer quota set --${option} ${used + 1} project-id`;

const quotas: Kind[] = [
  {
    name: "load balancers",
    raw: BALANCED,
    change: ({ quotas }) => (quotas.loadBalancers = { limit: 1, used: 1 }),
    says: balancing("load balancer", 1, "loadbalancer"),
  },
  {
    name: "listeners",
    raw: BALANCED,
    change: ({ quotas }) => (quotas.listeners = { limit: 2, used: 2 }),
    says: balancing("listener", 2, "listener"),
  },
  {
    name: "pools of balancers",
    raw: BALANCED,
    change: ({ quotas }) => (quotas.pools = { limit: 3, used: 3 }),
    says: balancing("pool", 3, "pool"),
  },
  {
    name: "members of pools",
    raw: BALANCED,
    change: ({ quotas }) => (quotas.members = { limit: 4, used: 4 }),
    says: balancing("pool member", 4, "member"),
  },
  {
    name: "health monitors",
    raw: BALANCED,
    change: ({ quotas }) => (quotas.healthMonitors = { limit: 1, used: 1 }),
    says: balancing("health monitor", 1, "healthmonitor"),
  },
  {
    name: "servers",
    raw: PLAIN,
    change: ({ quotas }) => (quotas.instances = { limit: 5, used: 2 }),
    says: `hostroute:workerPools with 3 workers beside 1 control-plane node needs 4 more servers, and of the project's quota of 5, 2 are used.\n  Use fewer nodes, ${raise("instances", 6)}`,
  },
  {
    name: "servers, of a control plane alone",
    raw: { workerPools: [], controlPlane: { count: 3 } },
    change: ({ quotas }) => (quotas.instances = { limit: 3, used: 1 }),
    says: `hostroute:controlPlane.count 3 needs 3 more servers, and of the project's quota of 3, 1 is used.\n  Use fewer nodes, ${raise("instances", 4)}`,
  },
  {
    name: "vCPUs",
    raw: PLAIN,
    change: ({ quotas }) => (quotas.cores = { limit: 11, used: 4 }),
    says: `hostroute:workerPools with 3 workers beside 1 control-plane node needs 8 more vCPUs, and of the project's quota of 11, 4 are used.\n  Use fewer nodes, or a smaller hostroute:workerPools[].flavor, ${raise("cores", 12)}`,
  },
  {
    name: "memory",
    raw: PLAIN,
    change: ({ quotas }) => (quotas.ram = { limit: 16_383, used: 0 }),
    says: `hostroute:workerPools with 3 workers beside 1 control-plane node needs 16384 MB more memory, and of the project's quota of 16383, 0 are used.\n  Use fewer nodes, or a smaller hostroute:workerPools[].flavor, ${raise("ram", 16_384)}`,
  },
  {
    name: "server groups",
    raw: PLAIN,
    change: ({ quotas }) => (quotas.serverGroups = { limit: 2, used: 2 }),
    says: `hostroute:workerPools[0].serverGroup needs 1 more server group, and of the project's quota of 2, 2 are used.\n  Set it to none where servers may share a host, ${raise("server-groups", 3)}`,
  },
  {
    name: "members of a server group",
    raw: PLAIN,
    change: ({ quotas }) => (quotas.serverGroupMembers = { limit: 2, used: 0 }),
    says: `hostroute:maxServerGroupMembers 10 puts 3 servers into one server group, and the project's quota is 2.\n  Set it to 2, ${raise("server-group-members", 3)}`,
  },
  {
    name: "key pairs",
    raw: { sshPublicKey: KEY },
    change: ({ quotas }) => (quotas.keyPairs = { limit: 1, used: 1 }),
    says: `hostroute:sshPublicKey ${KEY} needs 1 more key pair, and of the project's quota of 1, 1 is used.\n  Delete key pairs that nobody uses, ${raise("key-pairs", 2)}`,
  },
  {
    name: "networks",
    raw: PLAIN,
    change: ({ quotas }) => (quotas.networks = { limit: 1, used: 1 }),
    says: `hostroute:network.cidr 10.106.1.0/24 needs 1 more network, and of the project's quota of 1, 1 is used.\n  Use an existing subnet (hostroute:network.subnetId), ${raise("networks", 2)}`,
  },
  {
    name: "subnets",
    raw: PLAIN,
    change: ({ quotas }) => (quotas.subnets = { limit: 0, used: 0 }),
    says: `hostroute:network.cidr 10.106.1.0/24 needs 1 more subnet, and of the project's quota of 0, 0 are used.\n  Use an existing subnet (hostroute:network.subnetId), ${raise("subnets", 1)}`,
  },
  {
    name: "routers",
    raw: OUTSIDE,
    change: ({ quotas }) => (quotas.routers = { limit: 1, used: 1 }),
    says: `hostroute:network.externalNetwork public needs 1 more router, and of the project's quota of 1, 1 is used.\n  Delete routers that nobody uses, or use an existing subnet, ${raise("routers", 2)}`,
  },
  {
    name: "ports, with those of Neutron's own",
    raw: OUTSIDE,
    change: ({ quotas }) => (quotas.ports = { limit: 10, used: 5 }),
    says: `hostroute:workerPools with 3 workers beside 1 control-plane node needs 6 more ports, and of the project's quota of 10, 5 are used.\n  Use fewer nodes, ${raise("ports", 11)}`,
  },
  {
    name: "security groups",
    raw: PLAIN,
    change: ({ quotas }) => (quotas.securityGroups = { limit: 2, used: 1 }),
    says: `hostroute:clusterName dev needs 2 more security groups, and of the project's quota of 2, 1 is used.\n  Delete security groups that nobody uses, ${raise("secgroups", 3)}`,
  },
  {
    name: "rules of security groups, with those that Neutron makes",
    raw: { access: { ssh: ["192.0.2.0/24"] } },
    change: ({ quotas }) => (quotas.securityGroupRules = { limit: 18, used: 4 }),
    says: `hostroute:access needs 15 more security group rules, and of the project's quota of 18, 4 are used.\n  List fewer ranges there, ${raise("secgroup-rules", 19)}`,
  },
  {
    name: "floating IPs",
    raw: OUTSIDE,
    change: ({ quotas }) => (quotas.floatingIps = { limit: 1, used: 1 }),
    says: `hostroute:network.externalNetwork public needs 1 more floating IP, and of the project's quota of 1, 1 is used.\n  Release floating IPs that nobody uses, or set hostroute:apiEndpoint.floatingIp to false, ${raise("floating-ips", 2)}`,
  },
  {
    name: "volumes",
    raw: VOLUMES,
    change: ({ quotas }) => (quotas.volumes = { limit: 2, used: 1 }),
    says: `hostroute:workerPools[0].rootVolume.size 20 needs 2 more volumes, and of the project's quota of 2, 1 is used.\n  Use fewer or smaller volumes, ${raise("volumes", 3)}`,
  },
  {
    name: "size of volumes",
    raw: VOLUMES,
    change: ({ quotas }) => (quotas.gigabytes = { limit: 49, used: 10 }),
    says: `hostroute:workerPools[0].rootVolume.size 20 needs 40 GiB more of volumes, and of the project's quota of 49, 10 are used.\n  Use fewer or smaller volumes, ${raise("gigabytes", 50)}`,
  },
];

const machines: Kind[] = [
  {
    name: "a flavor that is not there",
    raw: pool({}),
    change: (facts) => (facts.flavors = facts.flavors!.filter(({ name }) => name !== "m1.medium")),
    says: "hostroute:workerPools[0].flavor m1.medium is not a flavor that the project can use.\n  Did you mean d1.medium?",
  },
  {
    name: "a flavor by its id",
    raw: pool({}),
    change: ({ flavors }) => Object.assign(flavors![1]!, { id: "m1.medium", name: "Medium" }),
    says: "hostroute:workerPools[0].flavor m1.medium is a flavor's id, and its name is needed.\n  Write Medium.",
  },
  {
    name: "a flavor without enough memory for the image",
    raw: pool({}),
    change: image({ min_ram: 4_000 }),
    says: "hostroute:controlPlane.flavor m1.small has 2048 MB of memory, and the image debian-12 needs 4000 (min_ram).\n  Choose a larger flavor, or another image.",
  },
  {
    name: "a flavor whose disk is below the image's min_disk",
    raw: pool({}),
    change: image({ min_disk: 30 }),
    says: "hostroute:controlPlane.flavor m1.small has a disk of 20 GiB, and the image debian-12 needs 30 GiB.\n  Choose another flavor, or have volumes for disks (rootVolume).",
  },
  {
    name: "a flavor whose disk is smaller than the image",
    raw: pool({}),
    change: image({ virtual_size: 20 * GIB + 1 }),
    says: "hostroute:controlPlane.flavor m1.small has a disk of 20 GiB, and the image debian-12 needs 21 GiB.\n  Choose another flavor, or have volumes for disks (rootVolume).",
  },
  {
    name: "a flavor without a disk",
    raw: pool({}),
    change: ({ flavors }) => (flavors!.find(({ name }) => name === "m1.small")!.disk = 0),
    says: "hostroute:controlPlane.flavor m1.small has no disk, and Nova boots no image into it.\n  Choose another flavor, or have volumes for disks (rootVolume).",
  },
  {
    name: "a volume without room for the image",
    raw: { ...VOLUMES },
    change: image({ min_disk: 21 }),
    says: "hostroute:workerPools[0].rootVolume.size 20 is less than the 21 GiB that the image debian-12 needs.\n  Set it to 21 or more.",
  },
  {
    name: "an image that is not there",
    raw: ALONE,
    change: (facts) => {
      facts.images!.push({ ...facts.images![0]!, name: "debian-12-old" });
      facts.images!.shift();
      facts.allImages = ["ubuntu-24.04", "debian-13"].map((name) => ({ id: name, name }));
    },
    says: "hostroute:controlPlane.image debian-12 is not an image that the project can use.\n  Did you mean debian-13?",
  },
  {
    name: "two images of one name",
    raw: ALONE,
    change: ({ images }) => images!.push({ ...images![0]!, id: "image-12-too" }),
    says: "hostroute:controlPlane.image debian-12 is the name of 2 images: image-12, image-12-too.\n  Rename the others (openstack image set --name), or have them hidden (--hidden).",
  },
  {
    name: "an image that is not usable",
    raw: ALONE,
    change: image({ status: "deactivated" }),
    says: "hostroute:controlPlane.image debian-12 is an image that Glance says is deactivated, not active.\n  Choose another image, or make this one usable.",
  },
  {
    name: "an image for another architecture",
    raw: ALONE,
    change: image({ architecture: "aarch64" }),
    says: "hostroute:controlPlane.image debian-12 is an image for aarch64, and nodes' programs are for amd64.\n  Choose one for x86_64; or, if that is what it is, correct its property `architecture`.",
  },
  {
    name: "a zone that is not there",
    raw: pool({ availabilityZones: ["az1", "az2"] }),
    change: ({ zones }) => zones!.splice(1, 1),
    says: "hostroute:workerPools[0].availabilityZones az2 is not a zone of Nova's.\n  Did you mean az1?",
  },
  {
    name: "a zone that is not available",
    raw: pool({ availabilityZones: ["az1", "az2"] }),
    change: ({ zones }) => (zones![1]!.available = false),
    says: "hostroute:workerPools[0].availabilityZones az2 is a zone that Nova says is not available.\n  The cloud has az1.",
  },
  {
    name: "a zone without volumes",
    raw: { workerPools: [{ name: "worker", count: 2, rootVolume: { size: 20 }, availabilityZones: ["az1"] }] },
    change: (facts) => (facts.volumeZones = [{ name: "nova", available: true }]),
    says: "hostroute:workerPools[0].availabilityZones az1 is a zone where Cinder has no volumes.\n  Where Nova attaches no volume across zones (cross_az_attach), servers with a rootVolume fail there.",
    warning: true,
  },
  {
    name: "a volume type that is not there",
    raw: VOLUMES,
    change: (facts) => (facts.volumeTypes = ["standard"]),
    says: "hostroute:workerPools[0].rootVolume.type ssd is not a volume type that the project can use.\n  The cloud has standard.",
  },
];

const network: Kind[] = [
  {
    name: "an external network that is not there",
    raw: OUTSIDE,
    change: ({ networks }) => (networks![0]!.name = "Public"),
    says: "hostroute:network.externalNetwork public is not a network that the project sees.\n  Did you mean Public?",
  },
  {
    name: "a network that is not external",
    raw: OUTSIDE,
    change: ({ networks }) => {
      Object.assign(networks![0]!, { name: "internet" });
      networks![1]!.name = "public";
    },
    says: "hostroute:network.externalNetwork public is a network, but not an external one.\n  The cloud has internet.",
  },
  {
    name: "two external networks of one name",
    raw: OUTSIDE,
    change: ({ networks }) => networks!.push({ ...networks![0]!, id: "another-id" }),
    says: "hostroute:network.externalNetwork public is the name of 2 external networks: external-id, another-id.\n  Ask the cloud's operator for names that tell them apart.",
  },
  {
    name: "no extension port-security",
    raw: PLAIN,
    change: without("port-security"),
    says: extension("network", "port-security", "by which a node sends from its own addresses only"),
  },
  {
    name: "no extension allowed-address-pairs",
    raw: PLAIN,
    change: without("allowed-address-pairs"),
    says: extension("network", "allowed-address-pairs", "by which a port lets its podCIDR through"),
  },
  {
    name: "no extension router",
    raw: OUTSIDE,
    change: without("router"),
    says: extension("network.externalNetwork public", "router", "for router and floating IP"),
  },
  {
    name: "no extension for tags",
    raw: PLAIN,
    change: without("standard-attr-tag"),
    says: extension("clusterName dev", "standard-attr-tag", "as ports bear the cluster's name as a tag"),
  },
  {
    name: "no extension for the MTU",
    raw: { network: { mtu: 1_400 } },
    change: without("net-mtu-writable"),
    says: extension("network.mtu 1400", "net-mtu-writable", "without which a network's MTU is Neutron's choice"),
  },
  {
    name: "no extension revision-if-match",
    raw: PLAIN,
    change: without("revision-if-match"),
    says: extension(
      "network",
      "revision-if-match",
      "without which two programs that change one subnet at once may undo each other's host routes",
    ),
    warning: true,
  },
  {
    name: "a further security group that is not there",
    raw: { controlPlane: { extraSecurityGroups: [GROUP_ID] } },
    change: ({ securityGroups }) => securityGroups!.pop(),
    says: `hostroute:controlPlane.extraSecurityGroups ${GROUP_ID} is not a security group that the project can use.\n  Give an id that \`openstack security group list\` shows.`,
  },
  {
    name: "a provider that Octavia does not have",
    raw: { apiEndpoint: { kind: "octavia", provider: "amphorae" } },
    change: (facts) => (facts.balancerProviders = ["amphora", "ovn"]),
    says: "hostroute:apiEndpoint.provider amphorae is not a provider of this cloud's Octavia.\n  Did you mean amphora?",
  },
];

const mine = (addresses: string[], more: object = {}) => ({
  ...{ id: "port-9", name: "printer", device_owner: "", device_id: "", addresses },
  ...more,
});
const routes = (count: number, third: number) =>
  Array.from({ length: count }, (_, n) => ({ destination: `192.168.${third + n}.0/24`, nexthop: "10.106.1.254" }));

const existing: Kind[] = [
  {
    name: "an existing network that is not there",
    raw: OWN,
    change: ({ networks }) => networks!.pop(),
    says: `hostroute:network.networkId ${NETWORK_ID} is not a network that the project sees.\n  Give an id that \`openstack network list\` shows.`,
  },
  {
    name: "an existing subnet that is not there",
    raw: OWN,
    change: (facts) => (facts.subnet = null),
    says: `hostroute:network.subnetId ${SUBNET_ID} is not a subnet that the project sees.\n  Give an id that \`openstack subnet list\` shows.`,
  },
  {
    name: "a subnet of another network",
    raw: OWN,
    change: ({ subnet }) => (subnet!.network_id = "elsewhere"),
    says: `hostroute:network.subnetId ${SUBNET_ID} is a subnet of network elsewhere, and not of hostroute:network.networkId ${NETWORK_ID}.\n  Set hostroute:network.networkId to elsewhere, or choose another subnet.`,
  },
  {
    name: "a subnet of another range",
    raw: OWN,
    change: ({ subnet }) => (subnet!.cidr = "10.106.0.0/22"),
    says: "hostroute:network.cidr 10.106.1.0/24 is not the range of the existing subnet, which is 10.106.0.0/22.\n  Leave it out, as the subnet is asked for it, or choose another subnet.",
  },
  {
    name: "a subnet of IPv6",
    raw: OWN,
    change: ({ subnet }) => Object.assign(subnet!, { ip_version: 6, cidr: "fd00::/64", gateway_ip: "fd00::1" }),
    says: `hostroute:network.subnetId ${SUBNET_ID} is fd00::/64, a subnet of IPv6, and nodes need one of IPv4.\n  Give the id of an IPv4 subnet: \`openstack subnet list --ip-version 4\` shows them.`,
  },
  {
    name: "an allocation pool that the subnet does not have",
    raw: { network: { ...EXISTING, allocationPool: { start: "10.106.1.200", end: "10.106.1.249" } } },
    change: ({ subnet }) => (subnet!.allocation_pools = [{ start: "10.106.1.210", end: "10.106.1.249" }]),
    says: "hostroute:network.allocationPool 10.106.1.200 to 10.106.1.249 is not an allocation pool of the existing subnet, which has 10.106.1.210 to 10.106.1.249.\n  Leave it out, as the subnet is asked for it. On a running cluster that may replace servers.",
    warning: true,
  },
  {
    name: "a subnet without DHCP",
    raw: OWN,
    change: ({ subnet }) => (subnet!.enable_dhcp = false),
    says: `hostroute:network.subnetId ${SUBNET_ID} is a subnet without DHCP, by which nodes get address and routes.\n  openstack subnet set --dhcp ${SUBNET_ID}`,
  },
  {
    name: "a subnet with another gateway",
    raw: OWN,
    change: ({ subnet }) => (subnet!.gateway_ip = "10.106.1.199"),
    says: "hostroute:network.gateway 10.106.1.1 is not the gateway of the existing subnet, which is 10.106.1.199.\n  Leave it out, as the subnet is asked for it: no node gets that address then. On a running cluster that may replace servers.",
    warning: true,
  },
  {
    name: "a subnet without a gateway",
    raw: OWN,
    change: ({ subnet }) => (subnet!.gateway_ip = null),
    says: "hostroute:network.gateway 10.106.1.1 is not the gateway of the existing subnet, which has none.\n  Nodes have no way out, unless they get a default route otherwise.",
    warning: true,
  },
  {
    name: "DNS servers that an existing subnet does not have",
    raw: { network: { ...EXISTING, dnsServers: ["9.9.9.9"] } },
    change: ({ subnet }) => (subnet!.dns_nameservers = ["192.0.2.53", "192.0.2.54"]),
    says: `hostroute:network.dnsServers ["9.9.9.9"] has no effect on the existing subnet, which has 192.0.2.53 and 192.0.2.54.\n  Leave it out, or change the subnet: openstack subnet set --no-dns-nameservers --dns-nameserver 9.9.9.9 ${SUBNET_ID}`,
    warning: true,
  },
  {
    name: "DNS servers, where the subnet has none of its own",
    raw: { network: { ...EXISTING, dnsServers: ["9.9.9.9"] } },
    change: ({ subnet }) => (subnet!.dns_nameservers = []),
    says: `hostroute:network.dnsServers ["9.9.9.9"] has no effect on the existing subnet, which has none of its own.\n  Leave it out, or change the subnet: openstack subnet set --no-dns-nameservers --dns-nameserver 9.9.9.9 ${SUBNET_ID}`,
    warning: true,
  },
  {
    name: "a network that is down",
    raw: OWN,
    change: ({ networks }) => (networks!.at(-1)!.admin_state_up = false),
    says: `hostroute:network.networkId ${NETWORK_ID} is a network that is down.\n  openstack network set --enable ${NETWORK_ID}`,
  },
  {
    name: "another MTU than the existing network's",
    raw: { network: { ...EXISTING, mtu: 1_442 } },
    change: ({ networks }) => (networks!.at(-1)!.mtu = 1_500),
    says: `hostroute:network.mtu 1442 is not the MTU of the existing network, which is 1500 and stays so.\n  Leave it out, or change the network: openstack network set --mtu 1442 ${NETWORK_ID}`,
    warning: true,
  },
  {
    name: "a network without port security",
    raw: OWN,
    change: ({ networks }) => (networks!.at(-1)!.port_security_enabled = false),
    says: `hostroute:network.networkId ${NETWORK_ID} is a network without port security.\n  Nodes' ports have it, but others in there may send from nodes' and pods' addresses.`,
    warning: true,
  },
  {
    name: "another project's network",
    raw: { network: { ...EXISTING } },
    change: ({ networks }) => (networks!.at(-1)!.project_id = "operator"),
    says: `hostroute:network.networkId ${NETWORK_ID} belongs to another project.\n  By Neutron's default policy only a network's own project gives ports fixed addresses and address pairs, as nodes need them: if the cloud's operator has not changed that, use a network of your own.`,
    warning: true,
  },
  {
    name: "no router from the existing subnet to the external network",
    raw: OWN,
    change: ({ routers }) => (routers![0]!.externalNetworkId = "another-id"),
    says: `hostroute:network.externalNetwork public is where the API's floating IP comes from, and no router leads there from the existing subnet ${SUBNET_ID}.\n  Connect them (openstack router set --external-gateway, openstack router add subnet), or set hostroute:apiEndpoint.floatingIp to false.`,
  },
  {
    name: "a node's address that somebody else has",
    raw: OWN,
    change: ({ ports }) => ports!.push(mine(["10.106.1.3"])),
    says: "hostroute:workerPools[0].count 3 puts dev-worker-1 at 10.106.1.3, which port port-9 printer has.\n  Delete that port if nobody needs it, or move hostroute:network.firstWorkerAddress or workerPools[0].firstSlot.",
  },
  {
    name: "a control-plane node's address that is DHCP's own",
    raw: OWN,
    change: ({ ports }) => ports!.push(mine(["10.106.1.250"], { name: "", device_owner: "network:dhcp" })),
    says: "hostroute:controlPlane.count 1 puts dev-control-plane-0 at 10.106.1.250, which port port-9 (network:dhcp) has.\n  Delete that port if nobody needs it, or move hostroute:network.firstControlPlaneAddress.",
  },
  {
    name: "the API's address that somebody else has",
    raw: { ...OWN, controlPlane: { count: 3 } },
    change: ({ ports }) => ports!.push(mine(["10.106.1.199"])),
    says: "hostroute:apiEndpoint.address 10.106.1.199 puts the API at 10.106.1.199, which port port-9 printer has.\n  Delete that port if nobody needs it, or move hostroute:apiEndpoint.address.",
  },
  {
    name: "the address of the API's balancer that somebody else has",
    raw: { ...OWN, apiEndpoint: { kind: "octavia" } },
    change: (facts) => facts.ports!.push(mine(["10.106.1.199"], { device_owner: "Octavia" })),
    says: "hostroute:apiEndpoint.address 10.106.1.199 puts the API at 10.106.1.199, which port port-9 printer (Octavia) has.\n  Delete that port if nobody needs it, or move hostroute:apiEndpoint.address.",
  },
  {
    name: "nodes' addresses that Neutron may give away",
    raw: OWN,
    change: ({ subnet }) => (subnet!.allocation_pools[0]!.start = "10.106.1.3"),
    says: `hostroute:network.subnetId ${SUBNET_ID} may give away 10.106.1.3 and 10.106.1.4, which the plan has for nodes: they lie in its allocation pool 10.106.1.3 to 10.106.1.249.\n  Keep them out of it: openstack subnet set --no-allocation-pool --allocation-pool start=10.106.1.200,end=10.106.1.249 ${SUBNET_ID}`,
    warning: true,
  },
  {
    name: "host routes of others that leave too little room",
    raw: { ...OWN },
    change: ({ subnet }) => (subnet!.host_routes = routes(18, 1)),
    says: `hostroute:network.subnetId ${SUBNET_ID} has 18 host routes of others, and with the plan's 3 that is more than hostroute:network.maxHostRoutes 20.\n  Set hostroute:network.maxHostRoutes to 2, as nodes read the other routes in the cluster, or remove some of others; or, if Neutron's max_subnet_host_routes is higher, set the key to that.`,
  },
  {
    name: "the same where nodes read no plan",
    raw: { network: { ...EXISTING, routeTier: "subnet" } },
    change: ({ subnet }) => (subnet!.host_routes = routes(18, 1)),
    says: `hostroute:network.subnetId ${SUBNET_ID} has 18 host routes of others, and with the plan's 3 that is more than hostroute:network.maxHostRoutes 20.\n  Remove some of others, use fewer workers or another subnet; or, if Neutron's max_subnet_host_routes is higher, set the key to that.`,
  },
  {
    name: "host routes of others beside those of a lowered limit",
    raw: { network: { ...EXISTING, maxHostRoutes: 2 } },
    change: ({ subnet }) => (subnet!.host_routes = routes(19, 1)),
    says: `hostroute:network.subnetId ${SUBNET_ID} has 19 host routes of others, and with the plan's 2 that is more than the 20 that Neutron allows by default.\n  Set hostroute:network.maxHostRoutes to 1, as nodes read the other routes in the cluster; unless Neutron's max_subnet_host_routes is 21 or more.`,
    warning: true,
  },
  {
    name: "host routes that DHCP cannot carry",
    raw: { network: { ...EXISTING, maxHostRoutes: 64 } },
    change: ({ subnet }) => (subnet!.host_routes = routes(28, 1)),
    says: `hostroute:network.subnetId ${SUBNET_ID} has no room for the plan's host routes in DHCP option 121.\n  The subnet would have 31 host routes, 3 of this stack and 28 of others. Together with the routes to the metadata service and the gateway, they make DHCP option 121 262 bytes long, but an option holds at most 255. With a longer option, new nodes get no routes from dnsmasq and no lease at all from OVN, and there running nodes lose their addresses when their leases end (by default after 12 hours). Remove routes of others from the subnet, or lower hostroute:network.maxHostRoutes: with network.routeTier auto or nodes, nodes have the other routes from the published plan.`,
  },
];

export const KINDS: readonly Kind[] = [
  ...quotas,
  ...machines,
  ...network,
  ...routerKinds,
  ...existing.map((kind) => ({ ...kind, existing: true as const })),
];
