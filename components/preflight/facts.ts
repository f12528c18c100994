import { NeutronRoute } from "../network/hostRoutes/table";
import { NeutronSubnet } from "../openstack/subnet";
import { Resource } from "./resources";

/**
 * What OpenStack says, as far as it does: what is undefined could not be read, and nothing is concluded from it. Lists are those of the
 * project, or of what it may use.
 */
export interface Facts {
  quotas: Partial<Record<Resource, Quota>>;
  flavors?: Flavor[];
  /** Those of the names that are asked for; of one that is not there, nothing. */
  images?: Image[];
  /** All that there are, read only where one of those that are asked for is not there. */
  allImages?: Pick<Image, "id" | "name">[];
  /** Nova's. */
  zones?: Zone[];
  /** Cinder's. */
  volumeZones?: Zone[];
  volumeTypes?: string[];
  /** All networks that the project sees. */
  networks?: Network[];
  /** Aliases of Neutron's. */
  extensions?: string[];
  /** Octavia's providers. */
  balancerProviders?: string[];
  /** All that the project sees; its own ones by name, too. */
  securityGroups?: { id: string; name?: string }[];
  made: Made;
  /** Of the network that the nodes' ports are in; undefined as well where it is yet to be made. */
  ports?: Port[];
  /** The existing subnet; null: there is none of that id. */
  subnet?: NeutronSubnet | null;
  /** Routers with an interface in the existing subnet, as far as they are visible. */
  routers?: Router[];
  /** The router that is to have the plan's routes, the one that is named or the stack's own; null: there is none of that id, or not yet. */
  router?: RouteTable | null;
  /** How many routes Neutron allows on one router; -1: any number. Undefined before 2026.2, which has no quota for it. */
  routerRouteLimit?: number;
  /** Keystone's id of the project. */
  projectId?: string;
}

/** What there is of the stack already, by the names that the plan gives. It is among what the quotas count as used. */
export interface Made {
  servers?: Server[];
  serverGroups?: string[];
  keyPairs?: string[];
  networks?: string[];
  subnets?: string[];
  routers?: string[];
  floatingIps?: number;
  rules?: Rule[];
  balancer?: Balancer;
}

/** The API's load balancer: its port, and how many there are of it and of what is in it. */
export interface Balancer {
  portIds: string[];
  loadBalancers: number;
  listeners: number;
  pools: number;
  members: number;
  healthMonitors: number;
}

export interface Server {
  id: string;
  name: string;
  flavorId: string;
  /** Empty where it has a volume for its disk. */
  imageId: string;
  zone?: string;
  /** Sizes, in GiB, of the volumes that it can boot from. */
  volumes?: number[];
}

/** -1: without limit. */
export interface Quota {
  limit: number;
  used: number;
}

export interface Flavor {
  id: string;
  name: string;
  vcpus: number;
  /** MB. */
  ram: number;
  /** GiB. */
  disk: number;
}

export interface Image {
  id: string;
  name: string;
  status: string;
  architecture?: string;
  /** GiB. */
  min_disk?: number;
  /** MB. */
  min_ram?: number;
  /** Bytes. */
  size?: number | null;
  /** Bytes, when it is unpacked. */
  virtual_size?: number | null;
}

export interface Zone {
  name: string;
  available: boolean;
}

export interface Network {
  id: string;
  name: string;
  project_id?: string;
  external: boolean;
  admin_state_up?: boolean;
  mtu?: number;
  port_security_enabled?: boolean;
}

export interface Port {
  id: string;
  name: string;
  device_owner: string;
  device_id: string;
  addresses: string[];
}

export interface Router {
  id: string;
  /** Of the network that its gateway is in. */
  externalNetworkId?: string;
}

/** A router with its routes. */
export interface RouteTable {
  id: string;
  routes: NeutronRoute[];
  /** Its ports' addresses; of the stack's own nobody asks. */
  interfaces?: { subnetId: string; address: string }[];
}

/** A security group's rule as Neutron has it. */
export interface Rule {
  group: string;
  direction: string;
  ethertype: string;
  protocol: string | null;
  first: number | null;
  last: number | null;
  prefix: string | null;
  /** The name of a group of the stack's. */
  remoteGroup: string | null;
}
