import * as pulumi from "@pulumi/pulumi";
import { isAddress } from "./addressing/ipv4";
import { PlannedRoute } from "./addressing/routePlan";
import { snapshotStoreOf } from "./backup/store/ofCluster";
import { Gate } from "./gate";
import { fromGiven } from "./given";
import { ClusterIdentity } from "./identity";
import { apiUrl } from "./kubernetes/api";
import { renderKubeconfig } from "./kubernetes/kubeconfig";
import { ControlPlane, NodeOutput, Site } from "./machines/controlPlane";
import { FailedServers } from "./machines/failedServers";
import { keyPair } from "./machines/keyPair";
import { Data, OnlyServer } from "./machines/onlyServer";
import { orderOf } from "./machines/rollout/order";
import { Turns } from "./machines/rollout/turns";
import { WorkerPool } from "./machines/workerPool";
import { made } from "./made";
import { apiFloatingIp, departedRoutes, endpointPort, networkOf, podRoutesOf } from "./network/ofCluster";
import { SecurityGroups } from "./network/securityGroups";
import { rulesInput } from "./network/securityRules";
import { ClusterObjects } from "./objects/clusterObjects";
import { handOver } from "./objects/etcd/handOver";
import { ObservedNode } from "./objects/routeDifferences";
import { Pki } from "./pki";
import { KeyPairOutput } from "./pki/authority";
import { Preflight } from "./preflight";
import { Readers, readersOf } from "./readers";
import { KeyGenerations } from "./settings/generations";
import { ClusterSpec } from "./settings/resolve";

export interface ClusterArgs extends Partial<Readers> {
  /** A configuration without problems, and what follows from it: `loadConfig` sees to both. */
  spec: ClusterSpec;
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
  /** The generations of keys, once all of the control plane has them and no Secret needs another one. */
  readonly keys: pulumi.Output<KeyGenerations>;
  /** Each node's address and podCIDR as Kubernetes has them: equal to `routes`, or the update has failed. */
  readonly observedRoutes: pulumi.Output<ObservedNode[]>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const gate = new Gate();
    super("hostroute:index:Cluster", name, {}, gate.behind(opts));
    const { spec } = args;
    const readers = readersOf(args);
    const { api, plan } = spec;
    const child = { parent: this };
    // First: what is noted of a cluster that cannot be made would stand against a better configuration.
    const fits = spec.preflight
      ? made(gate.open(new Preflight(name, spec, readers.readCloud, child)))
      : Promise.resolve();
    const running = readers.readRunning();
    const identity = gate.open(new ClusterIdentity(name, spec, running, readers.readEnded(), child));
    const failed = gate.open(new FailedServers(name, [...plan.controlPlane, ...plan.workers], child));
    const { data } = gate.open(new OnlyServer(name, spec, child));
    // Before anything else is made: it may refuse what the cluster is to begin with.
    const snapshotStore = spec.snapshots && gate.open(snapshotStoreOf(name, spec.snapshots, spec.certificates, child));
    const network = networkOf(name, spec, fits, this);
    const { readHostRoutes } = readers;
    const routes = podRoutesOf(name, spec, network, readHostRoutes, this);
    // A subnet or a router that exists may have no room for them: then nothing else is made either.
    if (spec.network.subnetId !== undefined) gate.open(routes);
    const groups = new SecurityGroups(name, rulesInput(spec), child);
    const floatingIp = apiFloatingIp(name, spec, network, this);
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
        keys: spec.keys,
      },
      child,
    );
    const { sshPublicKey } = spec;
    const turns = new Turns(orderOf(spec), () => readers.readServers(spec.clusterName));
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
    let registered!: (ports: ReadonlyMap<string, pulumi.Resource>) => void;
    const ports = new Promise<ReadonlyMap<string, pulumi.Resource>>((resolve) => (registered = resolve));
    const portId = endpointPort(name, spec, network, securityGroupId, ports, this);
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
        endpointPort: portId,
        securityGroupId,
        readHosts: readers.readHosts,
        readMembers: readers.readMembers,
        snapshotsUrl: snapshotStore?.url("GET"),
        data,
        handOver: spec.snapshots && ((begun) => this.handOver(spec, pulumi.all([data, begun]), provisioner)),
      },
      child,
    );
    registered(new Map([...controlPlane.machines].map(([node, { port }]) => [node, port])));
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
        readHostRoutes,
        router: routes.router && { routerId: routes.router.routerId, read: readers.readRouterRoutes },
        hostRoutes: routes,
        nodes: this.nodes,
        machines: controlPlane.machines,
        workers: new Map(pools.flatMap(({ workers }) => [...workers])),
        given: (runs, resources) => turns.given(runs, resources),
        hasRun: running.then((found) => found !== undefined),
        goneWith: identity,
        snapshotStore,
        restores: controlPlane.restores,
        certificates: controlPlane.certificates,
      },
      child,
    );
    this.observedRoutes = objects.observedRoutes;
    this.keys = pulumi.unsecret(objects.done).apply(() => spec.keys as KeyGenerations);
    const { departures, inService, published } = objects;
    turns.follow({ departures, inService });
    // A route that nodes are to have from the published plan alone leaves the subnet after that has come.
    const learned = [...inService.values(), ...(published ? [published] : [])];
    departedRoutes(name, network, routes, { departures, learned }, this);
    this.registerOutputs({ apiEndpoint: this.apiEndpoint });
  }

  /** Has an only control-plane server hand its data over where it is to be replaced. */
  private handOver({ plan }: ClusterSpec, known: pulumi.Output<[Data, unknown]>, kubeconfig: pulumi.Output<string>) {
    const [only, ...others] = plan.controlPlane;
    if (!only || others.length > 0) return undefined;
    const asked = {
      server: known.apply(([{ handOver }]) => handOver ?? ""),
      words: known.apply(([{ words }]) => words),
    };
    return handOver({ kubeconfig, node: only.name, ...asked }, { parent: this });
  }
}
