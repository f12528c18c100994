import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { isAddress } from "./addressing/ipv4";
import { PlannedRoute, RoutePlan } from "./addressing/routePlan";
import { clusterDnsOf } from "./cloudinit/nodeUserData";
import { apiUrl } from "./kubernetes/flags/workerRows";
import { renderKubeconfig } from "./kubernetes/kubeconfig";
import { ControlPlane, NodeOutput, Site } from "./machines/controlPlane";
import { WorkerPool } from "./machines/workerPool";
import { ClusterNetwork } from "./network/clusterNetwork";
import { HostRoutesReader, readHostRoutes } from "./network/hostRoutes/reader";
import { PodRoutes } from "./network/podRoutes";
import { SecurityGroups } from "./network/securityGroups";
import { ClusterObjects } from "./objects/clusterObjects";
import { ObservedNode } from "./objects/routeDifferences";
import { Pki } from "./pki";
import { Settings } from "./settings/schema";
import { layoutOf } from "./settings/validate";

export interface ClusterArgs {
  /** A configuration without problems: `loadConfig` sees to it. */
  settings: Settings;
  /** The route plan that follows from it. */
  plan: RoutePlan;
  /** Who says, at an update's end, which host routes there are; Neutron itself unless told. */
  readHostRoutes?: HostRoutesReader;
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
  /** An administrator's kubeconfig, complete in itself; a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Each node's address and podCIDR as Kubernetes has them: equal to `routes`, or the update has failed. */
  readonly observedRoutes: pulumi.Output<ObservedNode[]>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:index:Cluster", name, {}, opts);
    const { settings, plan } = args;
    const child = { parent: this };
    const network = this.network(name, settings);
    const groups = new SecurityGroups(
      name,
      {
        nodeCidr: settings.network.cidr,
        clusterCidr: settings.clusterCidr,
        nodePorts: settings.serviceNodePortRange.split("-").map(Number) as [number, number],
        access: settings.access,
      },
      child,
    );
    const floatingIp = this.floatingIp(name, settings, network);
    const { loadBalancer } = settings.controlPlane;
    const balancer = loadBalancer === undefined ? [] : [loadBalancer];
    const pki = new Pki(
      name,
      {
        serviceCidr: settings.serviceCidr,
        clusterDomain: settings.clusterDomain,
        apiAddresses: [...balancer.filter(isAddress), ...(floatingIp ? [floatingIp.address] : [])],
        apiNames: balancer.filter((host) => !isAddress(host)),
        validity: settings.certificates,
      },
      child,
    );
    const keyPair =
      settings.sshPublicKey === undefined
        ? undefined
        : new openstack.compute.Keypair(
            name,
            { name, publicKey: settings.sshPublicKey },
            { ...child, deleteBeforeReplace: true },
          ).name;
    const routes = new PodRoutes(name, { subnetId: network.subnetId, routes: plan.routes }, child);
    const site: Omit<Site, "securityGroupId"> = {
      settings,
      plan,
      pki,
      networkId: network.networkId,
      subnetId: network.subnetId,
      keyPair,
      routes,
    };
    const controlPlane = new ControlPlane(
      name,
      { ...site, floatingIp, securityGroupId: groups.ids["control-plane"] },
      child,
    );
    const pools = settings.workerPools.map(
      (pool) => new WorkerPool(`${name}-${pool.name}`, { ...site, pool, securityGroupId: groups.ids.worker }, child),
    );

    this.networkId = network.networkId;
    this.subnetId = network.subnetId;
    this.routerId = network.routerId;
    this.securityGroupIds = groups.ids;
    this.nodes = [...controlPlane.nodes, ...pools.flatMap(({ nodes }) => nodes)];
    this.routes = plan.routes;
    this.apiEndpoint = pulumi
      .output(loadBalancer ?? floatingIp?.address ?? plan.controlPlane[0]!.address)
      .apply((apiAddress) => apiUrl({ apiAddress, behindBalancer: loadBalancer !== undefined }));
    this.caCertificate = pki.ca.cert;
    this.kubeconfig = pulumi.secret(
      pulumi
        .all([this.apiEndpoint, pki.ca.cert, pki.admin])
        .apply(([server, ca, admin]) => renderKubeconfig("kubernetes-admin", server, ca, admin)),
    );
    this.observedRoutes = new ClusterObjects(
      name,
      {
        settings,
        plan,
        clusterDns: clusterDnsOf(settings),
        kubeconfig: this.kubeconfig,
        endpoint: this.apiEndpoint,
        subnetId: routes.subnetId,
        readHostRoutes: args.readHostRoutes ?? readHostRoutes,
        nodes: this.nodes,
        certificates: [controlPlane, ...pools].flatMap(({ certificates }) => certificates),
      },
      child,
    ).observedRoutes;
    this.registerOutputs({ apiEndpoint: this.apiEndpoint });
  }

  private network(name: string, settings: Settings): ClusterNetwork {
    const { cidr, dnsServers, mtu, networkId, subnetId, externalNetwork } = settings.network;
    const existing = networkId && subnetId ? { networkId, subnetId } : undefined;
    return new ClusterNetwork(
      name,
      { cidr, layout: layoutOf(settings), dnsServers, mtu, existing, externalNetwork },
      { parent: this },
    );
  }

  private floatingIp(
    name: string,
    settings: Settings,
    network: ClusterNetwork,
  ): openstack.networking.FloatingIp | undefined {
    const { externalNetwork } = settings.network;
    if (!externalNetwork || !settings.controlPlane.floatingIp) return undefined;
    return new openstack.networking.FloatingIp(
      `${name}-api`,
      { pool: externalNetwork, description: `Kubernetes API of ${name}` },
      { parent: this, dependsOn: network.attached },
    );
  }
}
