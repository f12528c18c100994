import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { isAddress } from "./addressing/ipv4";
import { PlannedRoute } from "./addressing/routePlan";
import { SnapshotStore } from "./backup/store";
import { Gate } from "./gate";
import { fromGiven } from "./given";
import { ClusterIdentity } from "./identity";
import { apiUrl } from "./kubernetes/api";
import { renderKubeconfig } from "./kubernetes/kubeconfig";
import { ControlPlane, NodeOutput, Site } from "./machines/controlPlane";
import { FailedServers } from "./machines/failedServers";
import { HostsReader, readHosts } from "./machines/hosts/reader";
import { keyPair } from "./machines/keyPair";
import { Data, OnlyServer } from "./machines/onlyServer";
import { readServers, ServersReader } from "./machines/rollout/existing";
import { orderOf } from "./machines/rollout/order";
import { Turns } from "./machines/rollout/turns";
import { WorkerPool } from "./machines/workerPool";
import { made } from "./made";
import { ApiEndpoint } from "./network/apiEndpoint";
import { ClusterNetwork } from "./network/clusterNetwork";
import { DepartedRoutes } from "./network/hostRoutes/departed";
import { HostRoutesReader, readHostRoutes } from "./network/hostRoutes/reader";
import { PodRoutes } from "./network/podRoutes";
import { readRouterRoutes, RouterRoutesReader } from "./network/routerRoutes/reader";
import { SecurityGroups } from "./network/securityGroups";
import { rulesInput } from "./network/securityRules";
import { ClusterObjects } from "./objects/clusterObjects";
import { handOver } from "./objects/etcd/handOver";
import { ObservedNode } from "./objects/routeDifferences";
import { readRunning, RunningReader } from "./objects/running/reader";
import { Pki } from "./pki";
import { KeyPairOutput } from "./pki/authority";
import { Preflight } from "./preflight";
import { CloudReader, readCloud } from "./preflight/cloud";
import { ClusterSpec, SnapshotSpec } from "./settings/resolve";

export interface ClusterArgs {
  /** A configuration without problems, and what follows from it: `loadConfig` sees to both. */
  spec: ClusterSpec;
  /** Reads what the plan depends on, before anything is made. Default: asks Nova, Neutron, Glance, Cinder and Octavia. */
  readCloud?: CloudReader;
  /** Reads the subnet's host routes, at the beginning and at the end of an update. Default: asks Neutron. */
  readHostRoutes?: HostRoutesReader;
  /** Reads the router's routes at the end of an update, where it gets any. Default: asks Neutron. */
  readRouterRoutes?: RouterRoutesReader;
  /** Reads where the control plane's servers are, at the end of an update. Default: asks Nova. */
  readHosts?: HostsReader;
  /** Reads which servers there are, at the beginning of an update: those are replaced in turn. Default: asks Nova. */
  readServers?: ServersReader;
  /** Reads which releases the cluster runs, before anything is changed. Default: asks its API, with the stack's outputs. */
  readRunning?: RunningReader;
}

/** A whole cluster: network, routes, keys, nodes. */
export class Cluster extends pulumi.ComponentResource {
  readonly networkId: pulumi.Output<string>;
  readonly subnetId: pulumi.Output<string>;
  readonly routerId: pulumi.Output<string> | undefined;
  readonly securityGroupIds: Record<"control-plane" | "worker", pulumi.Output<string>>;
  /** The API's URL for whoever is outside of the node subnet. */
  readonly apiEndpoint: pulumi.Output<string>;
  readonly nodes: NodeOutput[];
  readonly routes: readonly PlannedRoute[];
  /** The cluster's CA, PEM. */
  readonly caCertificate: pulumi.Output<string>;
  /** The authorities' certificates, PEM. */
  readonly authorities: Record<"kubernetes" | "etcd" | "frontProxy", pulumi.Output<string>>;
  /** An administrator's kubeconfig, complete in itself; a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** The keys with which a new cluster takes this one's place (`hostroute:recovery`); a secret. */
  readonly recovery: pulumi.Output<string>;
  /** Each node's address and podCIDR as Kubernetes has them: equal to `routes`, or the update has failed. */
  readonly observedRoutes: pulumi.Output<ObservedNode[]>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const gate = new Gate();
    super("hostroute:index:Cluster", name, {}, gate.behind(opts));
    const { spec } = args;
    const { api, plan } = spec;
    const child = { parent: this };
    // First: what is noted of a cluster that cannot be made would stand against a better configuration.
    const fits = spec.preflight
      ? made(gate.open(new Preflight(name, spec, args.readCloud ?? readCloud, child)))
      : Promise.resolve();
    const running = (args.readRunning ?? readRunning)();
    const identity = gate.open(new ClusterIdentity(name, spec, running, child));
    const failed = gate.open(new FailedServers(name, [...plan.controlPlane, ...plan.workers], child));
    const { data } = gate.open(new OnlyServer(name, spec, child));
    // Before anything else is made: it may refuse what the cluster is to begin with.
    const snapshotStore = spec.snapshots && gate.open(snapshotStoreOf(name, spec.snapshots, spec.certificates, child));
    const network = this.network(name, spec, fits);
    const readRoutes = args.readHostRoutes ?? readHostRoutes;
    const { maxHostRoutes } = spec.network;
    const { routerId, attached } = network;
    const router =
      spec.network.routerRoutes && routerId ? { routerId, routes: plan.routes, after: attached } : undefined;
    const routes = new PodRoutes(
      name,
      { subnetId: network.subnetId, routes: spec.hostRoutes, maxHostRoutes, readHostRoutes: readRoutes, router },
      child,
    );
    // A subnet or a router that exists may have no room for them: then nothing else is made either.
    if (spec.network.subnetId !== undefined) gate.open(routes);
    const groups = new SecurityGroups(name, rulesInput(spec), child);
    const floatingIp = this.floatingIp(name, spec, network);
    // Each server's certificate has its own address anyway.
    const beside = api.kind === "server" ? [] : [api.host];
    const pki = new Pki(
      name,
      {
        serviceCidr: spec.serviceCidr,
        clusterDomain: spec.clusterDomain,
        apiAddresses: [...beside.filter(isAddress), ...(floatingIp ? [floatingIp.address] : [])],
        apiNames: beside.filter((host) => !isAddress(host)),
        validity: spec.certificates,
        given: identity.given,
      },
      child,
    );
    const { sshPublicKey } = spec;
    const turns = new Turns(orderOf(spec), () => (args.readServers ?? readServers)(spec.clusterName));
    const site: Omit<Site, "securityGroupId"> = {
      spec,
      pki,
      networkId: network.networkId,
      subnetId: network.subnetId,
      keyPair: sshPublicKey === undefined ? undefined : keyPair(name, sshPublicKey, child),
      routes,
      failed,
      turns,
      lookUpAfter: fits,
    };
    const securityGroupId = groups.ids["control-plane"];
    const endpointPort = this.endpointPort(name, spec, network, securityGroupId);
    this.apiEndpoint = floatingIp
      ? fromGiven(floatingIp.address, (address) => apiUrl(address, api.behindBalancer))
      : pulumi.output(api.url);
    const kubeconfig = (user: string, pair: KeyPairOutput) =>
      pulumi.secret(
        fromGiven(pulumi.all([this.apiEndpoint, pki.ca, pair.cert, pair.key]), ([server, ca, cert, key]) =>
          renderKubeconfig(user, server, ca, { cert, key }),
        ),
      );
    const provisioner = kubeconfig("provisioner", pki.provisioner);
    const controlPlane = new ControlPlane(
      name,
      {
        ...site,
        floatingIp,
        endpointPort,
        securityGroupId,
        readHosts: args.readHosts ?? readHosts,
        snapshotsUrl: snapshotStore?.url("GET"),
        data,
        handedOver: spec.snapshots && this.handOver(spec, data, provisioner),
      },
      child,
    );
    const pools = spec.workerPools.map(
      (pool) => new WorkerPool(`${name}-${pool.name}`, { ...site, pool, securityGroupId: groups.ids.worker }, child),
    );

    this.networkId = network.networkId;
    this.subnetId = network.subnetId;
    this.routerId = network.routerId;
    this.securityGroupIds = groups.ids;
    this.nodes = [...controlPlane.nodes, ...pools.flatMap(({ nodes }) => nodes)];
    this.routes = plan.routes;
    this.caCertificate = pki.ca;
    this.authorities = pki.certificates;
    this.kubeconfig = kubeconfig("kubernetes-admin", pki.admin);
    this.recovery = pki.recovery;
    const objects = new ClusterObjects(
      name,
      {
        spec,
        kubeconfig: provisioner,
        administrator: pki.admin.commonName,
        endpoint: this.apiEndpoint,
        subnetId: routes.subnetId,
        readHostRoutes: readRoutes,
        router: routes.router && {
          routerId: routes.router.routerId,
          read: args.readRouterRoutes ?? readRouterRoutes,
        },
        hostRoutes: routes,
        nodes: this.nodes,
        machines: new Map([controlPlane, ...pools].flatMap(({ machines }) => [...machines])),
        given: (runs, resources) => turns.given(runs, resources),
        hasRun: running.then((found) => found !== undefined),
        goneWith: identity,
        snapshotStore,
        certificates: [controlPlane, ...pools].flatMap(({ certificates }) => certificates),
      },
      child,
    );
    this.observedRoutes = objects.observedRoutes;
    const { departures, inService, published } = objects;
    turns.follow({ departures, inService });
    // A route that nodes are to have from the published plan alone leaves the subnet after that has come.
    const departed = { ...child, dependsOn: [departures, ...inService.values(), ...(published ? [published] : [])] };
    new DepartedRoutes(name, { subnetId: network.subnetId, routes: routes.kept }, departed);
    if (routes.router) {
      const { routerId, kept } = routes.router;
      new DepartedRoutes(`${name}-router`, { routerId, routes: kept }, { ...child, dependsOn: [departures] });
    }
    this.registerOutputs({ apiEndpoint: this.apiEndpoint });
  }

  private network(name: string, { network, layout }: ClusterSpec, lookUpAfter: Promise<void>): ClusterNetwork {
    const { cidr, dnsServers, mtu, networkId, subnetId, routerId, externalNetwork } = network;
    const existing = networkId && subnetId ? { networkId, subnetId, routerId } : undefined;
    const args = { cidr, layout, dnsServers, mtu, existing, externalNetwork, lookUpAfter };
    return new ClusterNetwork(name, args, { parent: this });
  }

  /** Has an only control-plane server hand its data over where it is to be replaced. */
  private handOver({ plan }: ClusterSpec, data: pulumi.Output<Data>, kubeconfig: pulumi.Output<string>) {
    const [only, ...others] = plan.controlPlane;
    if (!only || others.length > 0) return undefined;
    const asked = { server: data.apply(({ handOver }) => handOver ?? ""), words: data.apply(({ words }) => words) };
    return handOver({ kubeconfig, node: only.name, ...asked }, { parent: this });
  }

  /** The port that has the API's own address, for the kinds that have one. */
  private endpointPort(
    name: string,
    { api, apiEndpoint, network: { cidr }, access, plan }: ClusterSpec,
    { networkId, subnetId }: ClusterNetwork,
    securityGroupId: pulumi.Input<string>,
  ): pulumi.Output<string> | undefined {
    const [place, child] = [{ subnetId, address: api.host }, { parent: this }];
    switch (api.kind) {
      case "vip":
        return new ApiEndpoint(name, { ...place, kind: "vip", networkId, securityGroupId }, child).portId;
      case "octavia": {
        const admitted = { provider: apiEndpoint.provider, allowedCidrs: [cidr, ...access.api] };
        return new ApiEndpoint(name, { ...place, kind: "octavia", ...admitted, members: plan.controlPlane }, child)
          .portId;
      }
      default:
        return undefined;
    }
  }

  private floatingIp(
    name: string,
    { network: { externalNetwork }, api }: Pick<ClusterSpec, "network" | "api">,
    network: ClusterNetwork,
  ): openstack.networking.FloatingIp | undefined {
    if (!externalNetwork || !api.floatingIp) return undefined;
    return new openstack.networking.FloatingIp(
      `${name}-api`,
      { pool: externalNetwork, description: `Kubernetes API of ${name}` },
      { parent: this, dependsOn: network.attached },
    );
  }
}

/** Its URLs live as long as certificates do, and are renewed like them: an operator has one rhythm for all that ends. */
const snapshotStoreOf = (
  name: string,
  { container, prefix, restoreFrom }: SnapshotSpec,
  { validityHours, earlyRenewalHours }: ClusterSpec["certificates"],
  opts: pulumi.CustomResourceOptions,
) =>
  new SnapshotStore(
    name,
    { container, prefix, validityHours, earlyRenewalHours, ...(restoreFrom === undefined ? {} : { restoreFrom }) },
    opts,
  );
