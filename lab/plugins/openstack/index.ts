import { findCredentials } from "../../../components/openstack/credentials";
import { openSession, Session } from "../../../components/openstack/session";
import { Kind } from "../protocol/kind";
import { Invocation, Provider } from "../protocol/provider";
import { Properties, Property, updates } from "../protocol/schema";
import { Props, text } from "../protocol/values";
import { api, Cloud } from "./api";
import { floatingIp, floatingIpAssociation } from "./floatingIp";
import { instance } from "./instance";
import { keypair } from "./keypair";
import { getImage, getNetwork } from "./lookups";
import { network } from "./network";
import { listener } from "./octavia/listener";
import { loadBalancer } from "./octavia/loadBalancer";
import { member } from "./octavia/member";
import { monitor } from "./octavia/monitor";
import { pool } from "./octavia/pool";
import { port } from "./port";
import { router, routerInterface } from "./router";
import { securityGroup, securityGroupRule } from "./securityGroup";
import { serverGroup } from "./serverGroup";
import { SOURCE } from "./source";
import { subnet } from "./subnet";

/** Servers have tags from 2.26 on, at their creation from 2.52 on. */
const TAGS = { "OpenStack-API-Version": "compute 2.52" };
/** Server groups have soft policies from 2.15 on; from 2.64 on, their policy stands under another name. */
const GROUPS = { "OpenStack-API-Version": "compute 2.15" };

const IN_PLACE = updates(`${SOURCE}/provider.go: a provider's configuration replaces nothing`);
const WHERE = ["authUrl", "cloud", "region", "endpointType", "cacertFile"];
const WHO = [
  ...["userName", "userId", "userDomainName", "userDomainId", "domainName", "domainId"],
  ...["tenantName", "tenantId", "projectDomainName", "projectDomainId"],
  ...["applicationCredentialId", "applicationCredentialName"],
];
const SECRETS = ["password", "token", "applicationCredentialSecret"];

const entries: [string, Property][] = [
  ...[...WHERE, ...WHO].map((key): [string, Property] => [key, { type: "string", ...IN_PLACE }]),
  ...SECRETS.map((key): [string, Property] => [key, { type: "string", secret: true, ...IN_PLACE }]),
  ["insecure", { type: "boolean", ...IN_PLACE }],
];
/** What `findCredentials` reads. */
const config: Properties = Object.fromEntries(entries);

/** The kinds by type token. */
export const openstackKinds = (cloud: Cloud): Record<string, Kind> => ({
  "openstack:networking/network:Network": network(cloud),
  "openstack:networking/subnet:Subnet": subnet(cloud),
  "openstack:networking/router:Router": router(cloud),
  "openstack:networking/routerInterface:RouterInterface": routerInterface(cloud),
  "openstack:networking/secGroup:SecGroup": securityGroup(cloud),
  "openstack:networking/secGroupRule:SecGroupRule": securityGroupRule(cloud),
  "openstack:networking/port:Port": port(cloud),
  "openstack:networking/floatingIp:FloatingIp": floatingIp(cloud),
  "openstack:networking/floatingIpAssociate:FloatingIpAssociate": floatingIpAssociation(cloud),
  "openstack:compute/instance:Instance": instance(cloud),
  "openstack:compute/keypair:Keypair": keypair(cloud),
  "openstack:compute/serverGroup:ServerGroup": serverGroup(cloud),
  "openstack:loadbalancer/loadBalancer:LoadBalancer": loadBalancer(cloud),
  "openstack:loadbalancer/listener:Listener": listener(cloud),
  "openstack:loadbalancer/pool:Pool": pool(cloud),
  "openstack:loadbalancer/member:Member": member(cloud),
  "openstack:loadbalancer/monitor:Monitor": monitor(cloud),
});

/** The functions by token. */
export const openstackInvocations = (cloud: Cloud): Record<string, Invocation> => ({
  "openstack:networking/getNetwork:getNetwork": getNetwork(cloud),
  "openstack:images/getImage:getImage": getImage(cloud),
});

/** A cloud by its session. `pause`: milliseconds between two questions while something is on its way. */
export const cloudOf = (session: () => Session, region: () => string | undefined, pause = 1_000): Cloud => ({
  network: api(session, "network"),
  compute: api(session, "compute"),
  computeWithTags: api(session, "compute", TAGS),
  computeWithGroups: api(session, "compute", GROUPS),
  image: api(session, "image"),
  balancers: api(session, "load-balancer"),
  region,
  pause,
});

/** Stands in for @pulumi/openstack. */
export function openstack(version: string): Provider {
  let session: Session | undefined;
  let region: string | undefined;
  const cloud = cloudOf(
    () => {
      if (!session) throw new Error("The OpenStack provider's configuration is not known yet");
      return session;
    },
    () => region,
  );
  return {
    name: "openstack",
    version,
    config,
    acceptSecrets: false,
    configure: async (given: Props | undefined) => {
      if (!given) return;
      const said = (key: string) => (given[key] === undefined ? undefined : text(given[key]));
      const credentials = findCredentials(said);
      session = await openSession(credentials);
      region = credentials.region;
    },
    kinds: openstackKinds(cloud),
    invocations: openstackInvocations(cloud),
  };
}
