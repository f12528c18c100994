import { HostsReader, readHosts } from "./machines/hosts/reader";
import { readServers, ServersReader } from "./machines/rollout/existing";
import { HostRoutesReader, readHostRoutes } from "./network/hostRoutes/reader";
import { readRouterRoutes, RouterRoutesReader } from "./network/routerRoutes/reader";
import { readEnded, readMembers } from "./objects/running/outputs";
import { readRunning, RunningReader } from "./objects/running/reader";
import { CloudReader, readCloud } from "./preflight/cloud";
import { KeyGenerations } from "./settings/generations";

/** What an update asks the cloud and the running cluster, beside what its resources do. */
export interface Readers {
  /** Reads what the plan depends on, before anything is made. Asks Nova, Neutron, Glance, Cinder and Octavia. */
  readCloud: CloudReader;
  /** Reads the subnet's host routes, at the beginning and at the end of an update. Asks Neutron. */
  readHostRoutes: HostRoutesReader;
  /** Reads the router's routes at the end of an update, where it gets any. Asks Neutron. */
  readRouterRoutes: RouterRoutesReader;
  /** Reads where the control plane's servers are, at the end of an update. Asks Nova. */
  readHosts: HostsReader;
  /** Reads which servers there are, at the beginning of an update: those are replaced in turn. Asks Nova. */
  readServers: ServersReader;
  /** Reads which releases the cluster runs, before anything is changed. Asks its API, with the stack's outputs. */
  readRunning: RunningReader;
  /** Reads which generations of keys the last update brought that ended well. Asks for the stack's outputs. */
  readEnded: () => Promise<KeyGenerations | undefined>;
  /** Reads the control plane's servers after the last update that ended well, by id. Asks for the stack's outputs. */
  readMembers: () => Promise<string[]>;
}

/** All of them: those that are given in place of those that ask. */
export const readersOf = (given: Partial<Readers>): Readers => ({
  readCloud: given.readCloud ?? readCloud,
  readHostRoutes: given.readHostRoutes ?? readHostRoutes,
  readRouterRoutes: given.readRouterRoutes ?? readRouterRoutes,
  readHosts: given.readHosts ?? readHosts,
  readServers: given.readServers ?? readServers,
  readRunning: given.readRunning ?? readRunning,
  readEnded: given.readEnded ?? readEnded,
  readMembers: given.readMembers ?? readMembers,
});
