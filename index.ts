import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./components/cluster";
import { insecureFlags } from "./components/kubernetes/flags/render";
import { configurationWarnings } from "./components/settings/warnings";
import { loadConfig } from "./config";
import { fewDiagnostics } from "./diagnostics";
import { DifferentOutputs, OUTPUTS_VERSION } from "./outputs";

fewDiagnostics();

/** A function, as an existing subnet may have to be asked for its range before there is a plan. */
async function program() {
  const spec = await loadConfig();
  for (const flag of insecureFlags(spec)) {
    void pulumi.log.warn(`hostroute:allowInsecure renders ${flag}: anybody who reaches the node owns the cluster`);
  }

  for (const warning of configurationWarnings(spec)) void pulumi.log.warn(warning);

  const cluster = new Cluster(spec.clusterName, { spec });

  // What other stacks read: each is described in outputs.ts, and the compiler holds them to that contract.
  return held({
    /** Version of that contract. */
    outputsVersion: OUTPUTS_VERSION,
    /** Neutron's id of the network. */
    networkId: cluster.networkId,
    /** Neutron's id of the node subnet, which carries the host routes. */
    subnetId: cluster.subnetId,
    /** Neutron's id of the router: the stack's own, undefined without an external network; in an existing subnet the one that is named. */
    routerId: cluster.routerId,
    /** Neutron's ids of the groups `control-plane` and `worker`. */
    securityGroupIds: cluster.securityGroupIds,
    /** URL of the Kubernetes API: the operator's balancer's, else the floating IP's, else the one in the node subnet. */
    apiEndpoint: cluster.apiEndpoint,
    /** All pods' range. */
    clusterCidr: spec.clusterCidr,
    /** All services' range. */
    serviceCidr: spec.serviceCidr,
    /** The DNS service's address. */
    clusterDns: spec.clusterDns,
    /** The domain that services are named in. */
    clusterDomain: spec.clusterDomain,
    /** Every node: name, role, pool, slot, address, podCidr, portId, instanceId. */
    nodes: cluster.nodes,
    /** Every route to pods: destination, nextHop, node. */
    routes: cluster.routes,
    /** `subnet`: each of them is a host route of the node subnet. `nodes`: nodes read them in the cluster. */
    routeTier: spec.routeTier,
    /** Whether each of them is a route of the router, too. */
    routerRoutes: spec.network.routerRoutes,
    /** The cluster's CA certificate, PEM. */
    caCertificate: cluster.caCertificate,
    /** The authorities' certificates, PEM: kubernetes (the same), etcd, frontProxy. For who reads them, stacks of an earlier release have none. */
    authorities: cluster.authorities,
    /** An administrator's kubeconfig that works as it is; a secret. */
    kubeconfig: cluster.kubeconfig,
    /** Keys with which a new stack takes this cluster's place, for its `hostroute:recovery`; a secret. */
    recovery: cluster.recovery,
    /** Which generations of keys there are, once an update has brought them. */
    keys: cluster.keys,
    /** What Kubernetes says of the routes: address and podCIDR of every node. */
    observedRoutes: cluster.observedRoutes,
    /** Where snapshots of etcd go: container, folder, interval; absent where there are none. */
    ...(spec.snapshots && {
      snapshots: {
        container: spec.snapshots.container,
        folder: spec.snapshots.prefix,
        interval: spec.snapshots.interval,
      },
    }),
  });
}

/** The same outputs. Of one that is not as in the contract, or not there, the compiler says the name. */
const held = <Exports extends object>(outputs: Exports & Record<DifferentOutputs<Exports>, never>): Exports => outputs;

export = program;
