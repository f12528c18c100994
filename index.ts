import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./components/cluster";
import { insecureFlags } from "./components/kubernetes/flags/render";
import { configurationWarnings } from "./components/settings/warnings";
import { loadConfig } from "./config";
import { DifferentOutputs, None, Outputs, OUTPUTS_VERSION } from "./outputs";

const spec = loadConfig();
for (const flag of insecureFlags(spec)) {
  void pulumi.log.warn(`hostroute:allowInsecure renders ${flag}: anybody who reaches the node owns the cluster`);
}

for (const warning of configurationWarnings(spec)) void pulumi.log.warn(warning);

const cluster = new Cluster(spec.clusterName, { spec });

// What other stacks read: each is described in outputs.ts, and the compiler holds the exports to that contract.
export type Contract = None<DifferentOutputs<typeof import("./index")>>;

/** Version of that contract. */
export const outputsVersion: number = OUTPUTS_VERSION;
/** Neutron's id of the network. */
export const networkId = cluster.networkId;
/** Neutron's id of the node subnet, which carries the host routes. */
export const subnetId = cluster.subnetId;
/** Neutron's id of the router: the stack's own, undefined without an external network; in an existing subnet the one that is named. */
export const routerId = cluster.routerId;
/** Neutron's ids of the groups `control-plane` and `worker`. */
export const securityGroupIds = cluster.securityGroupIds;
/** URL of the Kubernetes API: the operator's balancer's, else the floating IP's, else the one in the node subnet. */
export const apiEndpoint = cluster.apiEndpoint;
/** All pods' range. */
export const clusterCidr = spec.clusterCidr;
/** All services' range. */
export const serviceCidr = spec.serviceCidr;
/** The DNS service's address. */
export const clusterDns = spec.clusterDns;
/** The domain that services are named in. */
export const clusterDomain = spec.clusterDomain;
/** Every node: name, role, pool, slot, address, podCidr, portId, instanceId. */
export const nodes = cluster.nodes;
/** Every route to pods: destination, nextHop, node. */
export const routes = cluster.routes;
/** `subnet`: each of them is a host route of the node subnet. `nodes`: nodes read them in the cluster. */
export const routeTier: Outputs["routeTier"] = spec.routeTier;
/** Whether each of them is a route of the router, too. */
export const routerRoutes: Outputs["routerRoutes"] = spec.network.routerRoutes;
/** The cluster's CA certificate, PEM. */
export const caCertificate = cluster.caCertificate;
/** The authorities' certificates, PEM: kubernetes (the same), etcd, frontProxy. For who reads them, stacks of an earlier release have none. */
export const authorities: Cluster["authorities"] | undefined = cluster.authorities;
/** An administrator's kubeconfig that works as it is; a secret. */
export const kubeconfig = cluster.kubeconfig;
/** Keys with which a new stack takes this cluster's place, for its `hostroute:recovery`; a secret. */
export const recovery = cluster.recovery;
/** Which generations of keys there are, once an update has brought them. */
export const keys: Cluster["keys"] | undefined = cluster.keys;
/** What Kubernetes says of the routes: address and podCIDR of every node. */
export const observedRoutes = cluster.observedRoutes;
/** Where snapshots of etcd go: container, folder, interval; undefined where there are none. */
export const snapshots = spec.snapshots && {
  container: spec.snapshots.container,
  folder: spec.snapshots.prefix,
  interval: spec.snapshots.interval,
};
