import { Outputs, OUTPUTS_VERSION } from "../outputs";

/** The outputs of a cluster with two workers, as another stack reads them. */
export const clusterStack: Outputs = {
  outputsVersion: OUTPUTS_VERSION,
  networkId: "network-id",
  subnetId: "subnet-id",
  routerId: "router-id",
  securityGroupIds: { "control-plane": "control-plane-group-id", worker: "worker-group-id" },
  apiEndpoint: "https://203.0.113.10:6443",
  clusterCidr: "10.200.0.0/16",
  serviceCidr: "10.32.0.0/24",
  clusterDns: "10.32.0.10",
  clusterDomain: "cluster.local",
  nodes: [
    {
      name: "dev-control-plane-0",
      role: "control-plane",
      pool: "control-plane",
      address: "10.106.1.250",
      portId: "control-plane-port",
      instanceId: "control-plane-server",
    },
    ...[0, 1].map((slot) => ({
      name: `dev-worker-${slot}`,
      role: "worker" as const,
      pool: "worker",
      slot,
      address: `10.106.1.${slot + 2}`,
      podCidr: `10.200.${slot}.0/24`,
      portId: `worker-${slot}-port`,
      instanceId: `worker-${slot}-server`,
    })),
  ],
  routes: [0, 1].map((slot) => ({
    destination: `10.200.${slot}.0/24`,
    nextHop: `10.106.1.${slot + 2}`,
    node: `dev-worker-${slot}`,
  })),
  routeTier: "subnet",
  routerRoutes: false,
  caCertificate: "a CA's certificate",
  kubeconfig: "an administrator's kubeconfig",
  recovery: "the authorities' keys",
  observedRoutes: [0, 1].map((slot) => ({ address: `10.106.1.${slot + 2}`, podCidr: `10.200.${slot}.0/24` })),
};
